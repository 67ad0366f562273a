import { TestSite } from './test-site';
import { until } from './until';

describe('a config that would hurt', () => {
  let site: TestSite;
  let generation: number;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.editRelease('1.1.0-rc.1');
    await site.up();
    generation = site.config.release.generation;
  }, 300_000);

  /**
   * Each case starts from, and goes back to, the config that runs. A preview must say the same as the `up`: it is what a
   * pull request is judged by.
   */
  async function refusedWith(
    change: (config: TestSite['config']) => void,
    ...sentences: string[]
  ): Promise<void> {
    const good = site.config;
    const before = await site.taskIds();
    try {
      await site.edit(change);
      const preview = await site.stack.preview();
      expect(preview.code).not.toBe(0);
      const output = await site.refusedUp();
      expect(await site.taskIds()).toEqual(before);
      expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
      for (const said of [preview.output, output].map((each) => each.replace(/\s+/g, ' ')))
        for (const sentence of sentences) expect(said).toContain(sentence);
    } finally {
      site.config = good;
      await site.stack.write(good);
    }
  }

  it('of an older generation (a second checkout, a git revert) is refused', async () => {
    await refusedWith(
      (config) => {
        config.release.generation -= 1;
        config.release.services['shop']!.live = site.idle;
      },
      `evenkeel:release.generation is ${generation - 1}, but the site runs generation ${generation}`,
      `under generation ${generation + 1}.`,
    );
  }, 300_000);

  it('that has the same generation with another content is refused', async () => {
    await refusedWith((config) => {
      config.release.services['shop']!.live = site.idle;
    }, `the site runs that generation with another content (shop.live: ${site.live} -> ${site.idle})`);
  }, 300_000);

  it('that changes the image of the live slot is refused, in a sentence that says what to do', async () => {
    await refusedWith(
      (config) => {
        config.release.services['shop']![site.live] = site.stack.release('1.1.0-rc.2');
        config.release.generation += 1;
      },
      `${site.live} is the live slot of shop and runs`,
      `a live slot can't be changed. Put the new version into ${site.idle}, the idle slot, and then switch`,
    );
  }, 300_000);

  it('that changes the edges and the pointer in one go is refused', async () => {
    await refusedWith((config) => {
      config.edge['limits'] = { memory: '256MiB' };
      config.release.services['shop']!.live = site.idle;
      config.release.generation += 1;
    }, 'This would restart the edges (a change of evenkeel:edge) and change the pointer (evenkeel:release) in one go.');
  }, 300_000);

  it('with many mistakes names them all before anything is touched', async () => {
    await refusedWith(
      (config) => {
        config.nodes[1]!['roles'] = ['boss'];
        config.services[0]!['port'] = 70_000;
      },
      'evenkeel:nodes[1].roles[0]',
      'evenkeel:services[0].port',
    );
  }, 300_000);
});

describe('a site that was changed by hand', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.editRelease('1.1.0-rc.1');
    await site.up();
  }, 300_000);

  it('by docker service rollback of the edge: the public sees one version, and up heals the label', async () => {
    await site.docker('service', 'rollback', '--detach', 'evenkeel-edge');
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    await site.up();
    expect((await site.state())!.label!.generation).toBe(site.config.release.generation);
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    const { output } = await site.up();
    expect(output).toMatch(/Resources:\s+\d+ unchanged/);
  }, 300_000);

  it('by docker service rollback, then refresh, then up: healed as well', async () => {
    await site.docker('service', 'rollback', '--detach', 'evenkeel-edge');
    expect((await site.stack.refresh()).code).toBe(0);
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    await site.up();
    expect((await site.state())!.label!.generation).toBe(site.config.release.generation);
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);

  it('with a rollout of the edges that is paused: a switch is refused with the way out, and correcting the edge heals it', async () => {
    const good = structuredClone(site.config.edge);
    await site.edit((config) => {
      // An image that is no HAProxy: the first edge that gets it fails, and Swarm pauses the rollout.
      const { version, digest } = site.stack.release('1.0.0');
      config.edge['image'] = `${site.lab.sampleRepository}:${version}@${digest}`;
    });
    expect(await site.refusedUp()).toContain('Swarm has paused the rollout of the edges');
    const asked = await Promise.allSettled(site.lab.machines.map(({ name }) => site.versions([name])));
    const serving = asked.flatMap((each) => (each.status === 'fulfilled' ? Object.values(each.value) : []));
    expect(serving.length).toBeGreaterThanOrEqual(2);
    expect(new Set(serving)).toEqual(new Set(['1.1.0-rc.1']));
    await site.edit((config) => {
      config.release.services['shop']!.live = site.idle;
      config.release.generation += 1;
    });
    expect((await site.refusedUp()).replace(/\s+/g, ' ')).toContain(
      'The rollout of the edges is not complete (Swarm says "paused")',
    );
    await site.edit((config) => {
      config.release.services['shop']!.live = site.idle;
      config.release.generation -= 1;
      config.edge = good;
    });
    await site.up();
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    await until(
      'Swarm has done with the rollout',
      async () => (await site.state())!.edgeService!.rollout?.state,
      (state) => state === 'completed',
    );
  }, 300_000);
});
