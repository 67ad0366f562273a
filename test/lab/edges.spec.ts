import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../../lab/load/clock';
import { TestSite } from './test-site';
import { until } from './until';

/** Everything that can happen to an edge around a switch; in each case the public sees one version once the switch is done. */
describe('an edge', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.editRelease('1.1.0-rc.1');
    await site.up();
  }, 300_000);

  /**
   * Switches to the other slot while `meanwhile` happens, under a load on all edges, and goes on loading until
   * `afterwards` is over. @returns answers with the old version to requests that were sent after the switch was done.
   */
  async function switchWhile(
    meanwhile: (whenProven: Promise<void>) => Promise<void>,
    afterwards: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ late: Record<string, number>; output: string }> {
    const old = site.liveVersion;
    const load = site.load(() => true, site.lab.machines, 120);
    await site.editSwitch();
    let proven = () => {};
    const whenProven = new Promise<void>((resolve) => (proven = resolve));
    const happening = meanwhile(whenProven);
    const up = await site.stack.up((text) => text.includes('proven:') && proven());
    const done = clock();
    proven();
    await happening;
    if (up.code !== 0) {
      await load.stop();
      throw new Error(`pulumi up failed:\n${up.output}`);
    }
    await afterwards();
    await until(
      'all edges show the new version',
      () => site.versions(),
      (seen) => Object.values(seen).every((version) => version === site.liveVersion),
    );
    await load.stop();
    const lasts = Object.entries(load.firstAndLast(old)).map(
      ([machine, { last }]) => [machine, Math.round(last - done)] as const,
    );
    return { late: Object.fromEntries(lasts.filter(([, ms]) => ms > 0)), output: up.output };
  }

  it('that is killed just before the switch is born with the new version', async () => {
    const { late } = await switchWhile(async () => {
      await site.dockerOn('pi2', 'kill', await site.edgeContainer('pi2'));
    });
    expect(late).toEqual({});
  }, 120_000);

  it('that is killed during the switch, so that it is in its restart delay when the label changes, is right when the switch is done', async () => {
    const container = await site.edgeContainer('pi3');
    const { late } = await switchWhile(async (proven) => {
      await proven;
      await site.dockerOn('pi3', 'kill', container);
    });
    expect(late).toEqual({});
  }, 120_000);

  it('that is killed after the switch is born with the new version', async () => {
    const { late } = await switchWhile(
      () => Promise.resolve(),
      async () => {
        await site.dockerOn('pi1', 'kill', await site.edgeContainer('pi1'));
        await sleep(1000);
      },
    );
    expect(late).toEqual({});
  }, 120_000);

  it('whose machine is stopped before the switch and started after it serves the new version from its first answer', async () => {
    await site.lab.stop('pi3');
    const { late, output } = await switchWhile(
      () => Promise.resolve(),
      () => site.lab.start('pi3'),
    );
    expect(late).toEqual({});
    expect(output).toContain('down: pi3');
  }, 240_000);

  it('that is cut off for 5 s during the switch is waited for', async () => {
    const { late } = await switchWhile(async (proven) => {
      await proven;
      await site.lab.cutOff('pi2');
      await sleep(5000);
      await site.lab.reconnect('pi2');
    });
    expect(late).toEqual({});
  }, 120_000);

  it('that is cut off for 40 s, so that Swarm calls it Down, shows the new version once it is back', async () => {
    await site.lab.cutOff('pi2');
    const cut = Date.now();
    const { late, output } = await switchWhile(
      () => Promise.resolve(),
      async () => {
        await sleep(Math.max(0, cut + 40_000 - Date.now()));
        await site.lab.reconnect('pi2');
      },
    );
    expect(output).toContain('down: pi2');
    expect(late).toEqual({});
  }, 240_000);

  it('that dies together with all others sees them again, and the public sees what is live', async () => {
    const machines = site.lab.machines.map(({ name }) => name);
    const containers = await Promise.all(machines.map((name) => site.edgeContainer(name)));
    await Promise.all(machines.map((name, index) => site.dockerOn(name, 'kill', containers[index]!)));
    await until(
      'every edge sees all edges',
      () => site.edgeStats('edges'),
      (seen) =>
        machines.every((name) => seen[name]?.length === 3 && seen[name].every((status) => status === 'UP')),
    );
    expect(await site.versions()).toEqual(site.everywhere(site.liveVersion));
  }, 120_000);
});
