import { startLoad } from '../../lab/load/start-load';
import { sampleHost } from '../../lab/site-stack';
import { Poster } from './poster';
import { TestSite } from './test-site';
import { until } from './until';

/** One version on each machine, and an app that ends at once when it is asked to: all that is finished, the edges see to. */
describe('a service that rolls', () => {
  let site: TestSite;

  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.edit(({ services }) => {
      services[0]!['strategy'] = 'rolling';
      services[0]!['stopSignal'] = 'SIGQUIT'; // the sample does not know it, and Go's default is to die
    });
    await site.up();
    // The slot that was live keeps to what it was made with until its next turn: this one, and then the prerelease.
    await site.editRelease('1.1.0-rc.1');
    await site.up();
  }, 600_000);

  afterAll(async () => {
    await site.edit(({ services }) => {
      delete services[0]!['strategy'];
      delete services[0]!['stopSignal'];
    });
    for (const version of ['1.1.0-rc.2', '1.0.0']) {
      await site.editRelease(version);
      await site.up();
    }
  }, 600_000);

  /** Loads all edges with GET and POST while something happens, prints the figures, and expects every one to be answered. */
  async function under<T>(what: string, allowed: string[], happen: () => Promise<T>): Promise<T> {
    const addresses = site.lab.machines.map(({ address }) => address);
    const load = startLoad({
      targets: site.lab.machines.map(({ name, address }) => ({ name, origin: `http://${address}` })),
      host: sampleHost,
      keepAlive: 4,
      fresh: 2,
      rate: 100,
      allowed: (version) => allowed.includes(version),
    });
    const poster = new Poster(what.replaceAll(/\W+/g, '_'), addresses, 1);
    let result: T;
    try {
      await load.until(100);
      result = await happen();
      await load.until(load.requestsSent + 100);
    } finally {
      const report = await load.stop();
      const posts = await poster.stop();
      const gap = Math.max(...Object.values(report.byTarget).map(({ longestGap }) => longestGap));
      process.stdout.write(
        `${what}: ${report.requests} GET, ${report.lost} lost, ${report.wrong} wrong, longest gap ${gap.toFixed(0)} ms, ` +
          `${JSON.stringify(report.byVersion)}; ${posts.answered} POST answered, ${posts.failed} failed\n`,
      );
      expect(report.failures).toEqual([]);
      expect(posts.failed).toBe(0);
    }
    return result;
  }

  /** By machine: the slots that have a container there. */
  async function running(): Promise<Record<string, string[]>> {
    const found = await Promise.all(
      site.lab.machines.map(async ({ name }) => {
        const names = await site.dockerOn(name, 'ps', '--format', '{{.Names}}', '--filter', 'name=^shop-');
        return [
          name,
          names
            .split('\n')
            .filter(Boolean)
            .map((each) => each.split('.')[0]!),
        ] as const;
      }),
    );
    return Object.fromEntries(found);
  }
  const everywhere = (slot: string) =>
    Object.fromEntries(site.lab.machines.map(({ name }) => [name, [`shop-${slot}`]]));

  it('prerelease: the candidate runs nowhere yet, and that is said', async () => {
    const { code, stdout } = await site.cli('prerelease', 'shop', '1.1.0-rc.2', '--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('it runs nowhere yet')]);
    expect(await running()).toEqual(everywhere(site.live));
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);

  it('canary: refused with the reason', async () => {
    const { code, stderr } = await site.cli('canary', 'shop', '10', '--yes');
    expect([code, stderr]).toEqual([3, expect.stringContaining('one version runs on each node')]);
  }, 300_000);

  it('switch: one node after the other, without a lost request', async () => {
    const { code, stdout, stderr } = await under('switch', ['1.1.0-rc.1', '1.1.0-rc.2'], () =>
      site.cli('switch', 'shop', '--yes'),
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect([...stdout.matchAll(/(pi\d): runs 1.1.0-rc.2/g)].map(([, name]) => name)).toEqual([
      'pi1',
      'pi2',
      'pi3',
    ]);
    expect(await running()).toEqual(everywhere(site.live));
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.2'));
    const { code: well, stdout: status } = await site.cli('status');
    expect([well, status]).toEqual([0, expect.stringMatching(/1\.1\.0-rc\.2 .*3\/3 +live/)]);
  }, 300_000);

  it('a broken version: stopped at the first node, which gets back what it had, without a lost request', async () => {
    await site.must('prerelease', 'shop', '1.2.0-rc.1');
    const before = await site.taskIds();
    const { code, stderr } = await under('broken version', ['1.1.0-rc.2'], () =>
      site.cli('switch', 'shop', '--yes'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('shop 1.2.0-rc.1 is not healthy on pi1');
    expect(stderr).toContain('sick');
    expect(stderr).toContain('All nodes of shop run 1.1.0-rc.2 again');
    expect(site.liveVersion).toBe('1.1.0-rc.2'); // the stack file is as it was
    const after = await site.taskIds();
    const others = Object.keys(after).filter((task) => before[task] !== after[task]);
    expect(others).toHaveLength(1);
    expect(await running()).toEqual(everywhere(site.live));
    await site.must('abort', 'shop');
  }, 300_000);

  it('rollback: the nodes go back one after the other, which is said, without a lost request', async () => {
    const { code, stdout } = await under('rollback', ['1.1.0-rc.1', '1.1.0-rc.2'], () =>
      site.cli('rollback', 'shop'),
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('a rollback is not at once')]);
    expect(await running()).toEqual(everywhere(site.live));
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);

  it('release: the same image, and no task restarts', async () => {
    const tasks = await site.taskIds();
    await site.must('release', 'shop', '1.1.77'); // of which the registry has no other image
    expect(await site.taskIds()).toEqual(tasks);
  }, 300_000);

  it('killed half-way, with an edge that restarts meanwhile: the next up takes it back, or finishes it', async () => {
    const before = site.config;
    for (const finish of [false, true]) {
      // In one `up`: the label does not know yet what the slot has by then.
      await site.editRelease('1.0.0');
      const run = site.stack.start(['up', '--yes', '--skip-preview']);
      const slot = site.live;
      const hasNew = (seen: Record<string, string[]>) => seen['pi1']!.includes(`shop-${slot}`);
      await until('the first node changes', running, hasNew, 120_000);
      run.kill();
      await run.done;
      await site.dockerOn('pi3', 'kill', await site.edgeContainer('pi3'));
      await site.stack.cancel();
      if (!finish) site.config = before;
      await site.up();
      expect(await site.versions()).toEqual(site.everywhere(finish ? '1.0.0' : '1.1.0-rc.1'));
      expect(await running()).toEqual(everywhere(site.live));
    }
  }, 600_000);
});
