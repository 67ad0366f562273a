import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '../../cli/change-release';
import { pointerLabel } from '../../edge/entry-command';
import { formatPointer } from '../../release/pointer';
import { TestSite } from './test-site';
import { until } from './until';

/** What `rollback --json` prints. */
type RolledBack = Change & { from: string; to: string; edges: string[]; ms: number };

describe('evenkeel rollback', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await release('1.1.0-rc.1');
  }, 300_000);

  async function release(version: string): Promise<void> {
    await site.must('prerelease', 'shop', version, '--force');
    await site.must('switch', 'shop');
  }

  it('goes back at all edges, writes the stack file, and leaves nothing to do', async () => {
    const before = await site.taskIds();
    const load = site.load((version) => version === '1.0.0' || version === '1.1.0-rc.1');
    const done = await site.must<RolledBack>('rollback', 'shop');
    expect(done).toMatchObject({ from: '1.1.0-rc.1', to: '1.0.0', applied: true });
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect((await load.stop()).failures).toEqual([]);
    expect(await site.taskIds()).toEqual(before);
    const state = (await site.state())!;
    expect(state.label!.generation).toBe(site.config.release.generation);
    expect(state.edges.map(({ worker }) => worker && formatPointer(worker.pointer))).toEqual(
      state.edges.map(() => formatPointer(state.label!)),
    );
    expect((await site.cli('status')).code).toBe(0);
  }, 300_000);

  it('is refused when there is nothing to go back to, and changes not a byte', async () => {
    const before = await site.stack.readText();
    const { code, stderr } = await site.cli('rollback', 'shop');
    expect(stderr).toContain('shop has nothing to go back to');
    expect(code).toBe(3);
    expect(await site.stack.readText()).toBe(before);
  });

  it('calls off a switch whose gate hangs; the end of that up does not flip the edges', async () => {
    await site.edit(({ services }) => {
      services[0]!['acceptance'] = { command: 'sleep 25', timeout: '40s' };
    });
    const { generation } = site.config.release;
    const hanging = site.cli('switch', 'shop', '--yes');
    await until(
      'the stack file has the switch',
      async () => (await site.stack.read())!,
      ({ release }) => release.generation > generation,
    );
    await sleep(6000); // by now the gate runs
    const before = (await site.state())!.label!.generation;
    const rolling = site.cli('rollback', 'shop', '--json');
    const label = await until(
      'the label is newer',
      async () => (await site.state())!.label!,
      ({ generation }) => generation > before,
    );
    const shop = label.services['shop']!;
    expect(shop.digests[shop.live]).toBe(site.lab.digests['1.0.0']);
    const hung = await hanging;
    expect(hung.stdout + hung.stderr).toContain('older than what runs');
    expect(hung.code).toBe(1);
    const { code, stderr } = await rolling;
    expect(stderr).toContain('the switch is called off; 1.0.0 stays live');
    expect(code).toBe(0);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect((await site.cli('status')).code).toBe(0);
  }, 300_000);

  it('is at once while an up hangs after the switch, whose end does not undo it', async () => {
    await site.edit(({ services }) => {
      delete services[0]!['acceptance'];
      services[0]!['hooks'] = { afterSwitch: { command: 'sleep 30' } };
    });
    const candidate = '1.1.0-rc.1';
    await site.must('prerelease', 'shop', candidate, '--force');
    let ended = false;
    const hanging = site.cli('switch', 'shop', '--yes').finally(() => (ended = true));
    await until(
      'the public has the candidate',
      () => site.versions(),
      (versions) => Object.values(versions).every((version) => version === candidate),
    );
    const rolling = site.cli('rollback', 'shop', '--json');
    await until(
      'the public is back',
      () => site.versions(),
      (versions) => Object.values(versions).every((version) => version === '1.0.0'),
    );
    expect(ended).toBe(false);
    const load = site.load((version) => version === '1.0.0');
    await hanging;
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect(await rolling).toMatchObject({ code: 0 });
    expect((await load.stop()).failures).toEqual([]);
    expect((await site.cli('status')).code).toBe(0);
    await site.edit(({ services }) => void delete services[0]!['hooks']);
  }, 300_000);

  it('is not undone by a switchover of an up that died, which finds the label as that up wrote it', async () => {
    await release('1.1.0-rc.2');
    const switched = (await site.state())!;
    await site.must('rollback', 'shop');
    const state = (await site.state())!;
    // Pulumi writes labels without looking, so the up that died may have written its own after the rollback.
    await site.docker(
      ...['service', 'update', '--detach', '--label-add'],
      `${pointerLabel}=${formatPointer(switched.label!)}`,
      'evenkeel-edge',
    );
    const orphan = await site.step('switchover', switched);
    expect(orphan.stderr).toContain('it gets theirs');
    expect(orphan.code).toBe(1);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect(formatPointer((await site.state())!.label!)).toBe(formatPointer(state.label!));
  }, 300_000);

  it('changes the maps alone when the Swarm has no quorum, and says so; the next up does the rest', async () => {
    await release('1.1.0-rc.1');
    await site.lab.stop('pi2');
    await site.lab.stop('pi3');
    const { code, stdout, stderr } = await site.cli('rollback', 'shop', '--json');
    expect(stderr).toContain("only the edges' maps were changed");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ edges: ['pi1'], applied: false });
    expect(await site.versions(['pi1'])).toEqual({ pi1: '1.0.0' });
    await Promise.all([site.lab.start('pi2'), site.lab.start('pi3')]);
    await until(
      'no edge shows the version that was rolled back from',
      () => site.versions(),
      (versions) => Object.values(versions).every((version) => version === '1.0.0'),
    );
    await site.up();
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect((await site.cli('status')).code).toBe(0);
  }, 400_000);
});
