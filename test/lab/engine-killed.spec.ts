import { setTimeout as sleep } from 'node:timers/promises';
import { TestSite } from './test-site';

/** Instants at which the engine is killed, as shares of the time that a release takes: at the start, with the slot, in the gate, at the label, in the switchover. */
const instants = [0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];

describe('an engine that is killed (SIGKILL) in the middle of a release', () => {
  let site: TestSite;
  let usual: number;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    const began = performance.now();
    await site.editRelease('1.1.0-rc.1');
    await site.up();
    usual = performance.now() - began;
  }, 300_000);

  it.each(instants)(
    'after %d of its time: the public is served, and the next up finishes without a hand',
    async (share) => {
      const from = site.liveVersion;
      const to = from === '1.1.0-rc.1' ? '1.1.0-rc.2' : '1.1.0-rc.1';
      const load = site.load((version) => version === from || version === to, site.lab.machines);
      await site.editRelease(to);
      const run = site.stack.start(['up', '--yes', '--skip-preview']);
      try {
        await sleep(usual * share);
        run.kill();
        await run.done;
        const next = await site.stack.up();
        if (next.code !== 0) {
          // The lock of the engine that died is explained by Pulumi itself, with the command that frees it.
          expect(next.output).toContain('pulumi cancel');
          await site.stack.cancel();
          await site.up();
        }
      } finally {
        run.kill();
        await load.stop();
      }
      expect(load.report().failures).toEqual([]);
      expect(await site.versions()).toEqual(site.everywhere(to));
    },
    300_000,
  );
});
