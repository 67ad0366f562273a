import { releaseUnderLoad } from '../../lab/release-under-load';
import { formatPointer, pointerFromConfig } from '../../release/pointer';
import { TestSite } from './test-site';

/** What Pulumi's summary says was done; a run with nothing to do has the one line "N unchanged". */
function done(output: string): string[] {
  const summary = /^Resources:\n((?: .*\n)*)/m.exec(output)?.[1] ?? output;
  return summary.split('\n').filter((line) => line.trim() !== '' && !/^\s+\d+ unchanged$/.test(line));
}

describe('a release', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  it('answers through all three edges after the deploy', async () => {
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  });

  it('loses no request of 20,000 over kept-alive and new connections, and shows no wrong version', async () => {
    const release = await releaseUnderLoad(site.lab, site.stack, site.config, '1.1.0-rc.1');
    site.config = release.config;
    expect(release.up.output).toContain('spread between first and last edge');
    expect(release.up.code).toBe(0);
    expect(release.load.failures).toEqual([]);
    expect(release.load).toMatchObject({ lost: 0, wrong: 0 });
    expect(release.load.requests).toBeGreaterThanOrEqual(20_000);
    expect(Object.keys(release.load.byVersion).sort()).toEqual(['1.0.0', '1.1.0-rc.1']);
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);

  it('leaves nothing to do: up again changes nothing and restarts no task', async () => {
    const before = await site.taskIds();
    const { output } = await site.up();
    expect(done(output)).toEqual([]);
    expect(await site.taskIds()).toEqual(before);
  }, 300_000);

  it('is unchanged after a refresh too', async () => {
    const before = await site.taskIds();
    const refreshed = await site.stack.refresh();
    expect(refreshed.code).toBe(0);
    const { output } = await site.up();
    expect(done(output)).toEqual([]);
    expect(await site.taskIds()).toEqual(before);
  }, 300_000);

  it('restarts no task when only live changes: maps, label and config agree, and nothing is lost', async () => {
    const before = await site.taskIds();
    const load = site.load((version) => version === '1.0.0' || version === '1.1.0-rc.1');
    await site.editSwitch();
    await site.up();
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(await site.taskIds()).toEqual(before);
    const wanted = formatPointer(pointerFromConfig(site.config.release));
    const state = await site.state();
    expect(formatPointer(state!.label!)).toBe(wanted);
    expect(state!.edges.map((edge) => edge.worker && formatPointer(edge.worker.pointer))).toEqual([
      wanted,
      wanted,
      wanted,
    ]);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);

  it('reloads the edges when a timeout of haproxy.cfg changes: nothing is lost, the pointer stays, no task restarts', async () => {
    const before = await site.taskIds();
    const pointer = (await site.state())!.label;
    const cfgBefore = (await site.state())!.haproxyCfg;
    const load = site.load((version) => version === '1.0.0');
    await site.edit((config) => {
      config.edge['timeouts'] = { ...(config.edge['timeouts'] as object), server: '31s' };
    });
    const { output } = await site.up();
    const report = await load.stop();
    expect(output).toContain('reloaded with haproxy.cfg');
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ lost: 0, wrong: 0 });
    const state = (await site.state())!;
    expect(state.label).toEqual(pointer);
    expect(state.haproxyCfg).not.toBe(cfgBefore);
    expect(state.edges.map((edge) => edge.worker?.haproxyCfg)).toEqual(
      state.edges.map(() => state.haproxyCfg),
    );
    expect(await site.taskIds()).toEqual(before);
  }, 300_000);
});
