import type { Recovered } from '../../cli/recover';
import { formatPointer } from '../../release/pointer';
import { TestSite } from './test-site';
import { until } from './until';

describe('all machines, or too many of them, are lost', () => {
  let site: TestSite;
  let label: number;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.editRelease('1.1.0-rc.1');
    await site.up();
    label = site.config.release.generation;
  }, 300_000);

  async function refused(...args: string[]): Promise<string> {
    const { code, stderr } = await site.cli('recover', '--yes', ...args);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    return stderr;
  }

  const managers = () =>
    site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}');

  it('for a while: started in any order, the site is whole without a hand', async () => {
    const before = formatPointer((await site.state())!.label!);
    await Promise.all(site.lab.machines.map(({ name }) => site.lab.stop(name)));
    const began = Date.now();
    for (const name of ['pi3', 'pi1', 'pi2']) await site.lab.start(name);
    await until(
      'all is well',
      () => site.cli('status'),
      ({ code }) => code === 0,
      120_000,
    );
    process.stdout.write(
      `power cut: whole ${Math.round((Date.now() - began) / 1000)} s after the first machine was started\n`,
    );
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    const state = (await site.state())!;
    const pointers = state.edges.map(({ worker }) => worker && formatPointer(worker.pointer));
    expect([formatPointer(state.label!), ...pointers]).toEqual([before, before, before, before]);
  }, 240_000);

  it('recover is refused while there is a quorum', async () => {
    expect(await refused()).toContain('has a quorum, so there is nothing to recover');
  });

  it('recover is refused while more than half of the managers can be reached, and says what to start', async () => {
    await site.lab.stop('pi3');
    await site.lab.exec('pi2', ['sh', '-c', 'kill -9 $(pidof dockerd)']);
    // A leader that has lost the others calls itself one for 10 s more; recover waits for that by itself.
    const words = await refused();
    expect(words).toContain('2 of 3 managers can be reached, which is more than half');
    expect(words).toContain('pi2: its Docker does not work');
  }, 60_000);

  it('recover is refused when a machine that does not let us in runs all the same', async () => {
    await site.lab.exec('pi2', [
      'sh',
      '-c',
      'nft add table inet no_ssh && nft add chain inet no_ssh in "{ type filter hook input priority 0; }" && nft add rule inet no_ssh in tcp dport 22 drop',
    ]);
    expect(await refused()).toContain('its edge answers the public with generation');
  }, 60_000);

  it('recover makes a Swarm of the manager that is left, with the newest pointer that an edge serves', async () => {
    // For good: of the disk of pi2, nothing of the Swarm is left.
    await site.lab.exec('pi2', ['sh', '-c', 'rm -rf /var/lib/docker/swarm']);
    await site.lab.stop('pi2');
    await site.must('rollback', 'shop');
    expect(await site.versions(['pi1'])).toEqual({ pi1: '1.0.0' });
    expect(await refused('--from', 'pi2')).toContain('--from can be pi1');

    const load = site.load((version) => version === '1.0.0', site.lab.machines.slice(0, 1), 120);
    const done = await site.must<Recovered>('recover');
    const { wrong, lost, byTarget } = await load.stop();
    expect({ wrong }).toEqual({ wrong: 0 });
    process.stdout.write(
      `recovered: the survivor's edge served again after ${Math.round(done.edgeMs!)} ms; ${lost} requests lost, longest ` +
        `gap ${Math.round(byTarget['pi1']!.longestGap)} ms\n`,
    );
    const { generation } = site.config.release;
    expect(done).toMatchObject({ survivor: 'pi1', labelWas: label, generation });
    expect(Object.keys(done.lost)).toEqual(['pi2', 'pi3']);
    expect((await site.state())!.label!.generation).toBe(generation);
    expect(await managers()).toContain('pi1 Ready Leader');
    expect(await site.versions(['pi1'])).toEqual({ pi1: '1.0.0' });
  }, 180_000);

  it('a lost machine that returns as it was is taken back without a hand', async () => {
    await site.lab.start('pi3');
    await until('pi3 is a manager again', managers, (list) => list.includes('pi3 Ready Reachable'), 90_000);
    await until(
      'its edge shows what is live',
      () => site.versions(['pi3']),
      ({ pi3 }) => pi3 === '1.0.0',
    );
  }, 180_000);

  it('one with a new disk is taken back by pulumi up', async () => {
    await site.lab.start('pi2');
    const { output } = await site.up();
    expect(output).toContain('pi2: joined the Swarm');
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect((await managers()).match(/Ready (Leader|Reachable)/g)).toHaveLength(3);
    expect(await site.cli('status')).toMatchObject({ code: 0 });
  }, 180_000);
});
