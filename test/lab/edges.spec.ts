import { setTimeout as sleep } from 'node:timers/promises';
import { cutOffRules } from '../../drill/cut-off-rules';
import { clock } from '../../lab/load/clock';
import { startLoad } from '../../lab/load/start-load';
import { sampleHost } from '../../lab/site-stack';
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

  /** Runs a script on a machine. @returns when it was done, by the load's clock. */
  async function on(machine: string, script: string): Promise<number> {
    const { code, stdout, stderr } = await site.lab.exec(machine, ['sh', '-c', `${script}\ndate +%s%3N`]);
    if (code !== 0) throw new Error(`${machine}: ${stderr}`);
    return Number(stdout) - Date.now() + clock();
  }

  /**
   * Switches to the other slot while `meanwhile` happens, under a load on all edges, and goes on loading until
   * `afterwards` is over. @returns answers with the old version to requests that were sent after the switch was done.
   */
  async function switchWhile(
    meanwhile: (whenProven: Promise<void>) => Promise<void>,
    afterwards: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ late: Record<string, number>; output: string }> {
    const old = site.liveVersion;
    const load = site.load(() => true, site.lab.machines);
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
  }, 300_000);

  it('that is killed during the switch, so that it is in its restart delay when the label changes, is right when the switch is done', async () => {
    const container = await site.edgeContainer('pi3');
    const { late } = await switchWhile(async (proven) => {
      await proven;
      await site.dockerOn('pi3', 'kill', container);
    });
    expect(late).toEqual({});
  }, 300_000);

  it('that is killed after the switch is born with the new version', async () => {
    const { late } = await switchWhile(
      () => Promise.resolve(),
      async () => {
        await site.dockerOn('pi1', 'kill', await site.edgeContainer('pi1'));
        await sleep(1000);
      },
    );
    expect(late).toEqual({});
  }, 300_000);

  it('whose machine is stopped before the switch and started after it serves the new version from its first answer', async () => {
    await site.lab.stop('pi3');
    const { late, output } = await switchWhile(
      () => Promise.resolve(),
      () => site.lab.start('pi3'),
    );
    expect(late).toEqual({});
    expect(output).toContain('down: pi3');
  }, 300_000);

  it('that is cut off for 5 s during the switch is waited for', async () => {
    const { late } = await switchWhile(async (proven) => {
      await proven;
      await site.lab.cutOff('pi2');
      await sleep(5000);
      await site.lab.reconnect('pi2');
    });
    expect(late).toEqual({});
  }, 300_000);

  it.each(['switch', 'rollback'] as const)(
    'that is cut off during a %s, while clients reach it, serves what it had, and what is live from its first answer to a request sent after that',
    async (what) => {
      const old = site.liveVersion;
      const { lab } = site;
      const others = lab.machines.flatMap(({ name, address }) => (name === 'pi2' ? [] : [address]));
      const clients = startLoad({
        targets: [{ name: 'pi2', origin: `http://${site.address('pi2')}` }],
        host: sampleHost,
        keepAlive: 30,
        fresh: 30,
        rate: 120,
        record: 20_000,
      });
      await clients.until(200);
      const cut = await on('pi2', `nft -f - <<'RULES'\n${cutOffRules('cut', others, [22])}RULES`);
      let back = NaN;
      try {
        if (what === 'switch') {
          await site.editSwitch();
          expect((await site.up()).output).toContain('down: pi2');
        } else await site.must('rollback', 'shop');
        expect(await site.versions(['pi1', 'pi3'])).toEqual({ pi1: site.liveVersion, pi3: site.liveVersion });
      } finally {
        back = await on('pi2', 'nft delete table inet cut');
      }
      expect(site.liveVersion).not.toBe(old);
      // Until Swarm has put a new edge in the place of the one that was away.
      await until(
        'pi2 is an edge like the others',
        () => site.state(),
        (state) =>
          state?.edges.every(({ worker }) => worker?.pointer.generation === state.label!.generation) ?? false,
        90_000,
      );
      const { lostByText } = await clients.stop();
      const answers = clients.answers().sort((one, other) => one.sentAt - other.sentAt);
      const between = answers.filter(({ sentAt, answeredAt }) => sentAt > cut && answeredAt < back);
      const after = answers.filter(({ sentAt }) => sentAt > back);
      console.log(
        `${what}: ${between.length} answers while cut off, ${after.length} afterwards, the first one to a request sent ` +
          `${((after[0]?.sentAt ?? NaN) - back).toFixed(0)} ms after the return`,
      );
      expect([...new Set(between.map(({ version }) => version))]).toEqual([old]);
      expect(between.length).toBeGreaterThan(100);
      expect([...new Set(after.map(({ version }) => version))]).toEqual([site.liveVersion]);
      expect(after.length).toBeGreaterThan(100);
      // Nobody gets an error for an answer; its port is closed for a moment when Swarm puts a new edge there.
      const statuses = Object.entries(lostByText).filter(([text]) => text.startsWith('status '));
      expect(statuses).toEqual([]);
    },
    300_000,
  );

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
  }, 300_000);
});
