import * as fc from 'fast-check';
import type { ReleaseConfig } from '../config/site-config';
import { liveRelease } from '../release/candidate-of';
import { pointerFromConfig, type Pointer } from '../release/pointer';
import { planRollback as planSiteRollback } from '../release/rollback-plan';
import { rollback } from '../release/transitions';
import { digestOf } from '../test/pointers';
import { author, release } from '../test/releases';
import { planRollback } from './plan-rollback';
import { planWave } from './plan-wave';
import type { SiteView } from './site-view';
import { wantedRelease } from './wanted-release';
import type { WaveAct } from './wave-act';

/** How a step at a site ends: well; with nothing taken and the file restored; with the file changed alone; with the edges changed and an error. */
type Ending = 'done' | 'untouched' | 'written' | 'edges';

/** One thing that happens: a command at all sites, with the endings of its steps, or a site that is cut off or comes back. */
type Deed =
  | { kind: 'wave'; act: WaveAct; endings: readonly Ending[] }
  | { kind: 'rollback'; endings: readonly Ending[] }
  | { kind: 'reach'; site: number; reachable: boolean };

const old = release('1.4.2', 'a');
const next = { version: '1.5.0-rc.1', digest: digestOf('b') };

interface ModelSite {
  site: string;
  file: ReleaseConfig;
  runs: Pointer;
  reachable: boolean;
}

/** Sites that carry out what is planned as the CLI does: one step, another look, the next plan; a failure ends it. */
class ModelSites {
  readonly sites: ModelSite[];
  /** Sites that were touched, in order. */
  readonly touched: string[] = [];

  constructor(count: number) {
    this.sites = Array.from({ length: count }, (_, index) => {
      const file: ReleaseConfig = {
        // Each site has a history, so a generation, of its own, and something older that it could go back to.
        generation: 3 + index * 5,
        services: {
          shop: {
            live: 'blue',
            canary: 0,
            blue: old,
            green: release('1.3.0', 'c'),
            previous: release('1.3.0', 'c'),
          },
        },
      };
      return { site: `site${index}`, file, runs: pointerFromConfig(file), reachable: true };
    });
  }

  views(): SiteView[] {
    return this.sites.map(({ site, file, runs, reachable }) => ({
      site,
      release: file,
      running: reachable ? [runs] : undefined,
    }));
  }

  /** @returns whether it came to its end. A refusal is none. */
  wave(act: WaveAct, endings: readonly Ending[] = []): boolean {
    const left = [...endings];
    for (let steps = 0; ; steps++) {
      if (steps > this.sites.length) throw new Error('broken: a wave that does not end');
      const views = this.views();
      const [step] = this.unlessRefused(() => planWave(act, 'shop', views, author)) ?? [
        { site: '', needs: 'edit' },
      ];
      if (!step) return true;
      if (step.site === '') return false;
      const site = this.sites.find((each) => each.site === step.site)!;
      const view = views.find((each) => each.site === step.site)!;
      const wants = wantedRelease(act, 'shop', view, views[0]!, author);
      if ((step.needs === 'edit') !== (wants !== undefined)) throw new Error('broken: a step of no need');
      this.touched.push(step.site);
      if (!this.end(site, wants ?? site.file, left.shift() ?? 'done')) return false;
    }
  }

  rollback(endings: readonly Ending[] = []): void {
    const left = [...endings];
    for (const { site: name, needs } of planRollback('shop', this.views())) {
      const site = this.sites.find((each) => each.site === name)!;
      this.touched.push(name);
      if (needs === 'flip') {
        const plan = planSiteRollback(site.file, 'shop', site.runs, author);
        site.runs = plan.pointer;
        site.file = plan.release;
      } else if (needs === 'write') site.file = rollback(site.file, 'shop', author);
      if (needs === 'flip' || needs === 'up') this.end(site, site.file, left.shift() ?? 'done');
    }
  }

  /** What the site is to the public, as a number that grows with the release: 0 old, 1 a candidate beside it, 2 live. */
  rank({ runs }: ModelSite): number {
    const { live, digests } = runs.services['shop']!;
    if (digests[live] === next.digest) return 2;
    return Object.values(digests).includes(next.digest) ? 1 : 0;
  }

  versions(): string[] {
    return this.sites.map(({ file }) => liveRelease(file.services['shop']!).version);
  }

  private end(site: ModelSite, file: ReleaseConfig, ending: Ending): boolean {
    if (ending === 'untouched') return false; // the CLI gives the file its former text back
    site.file = file;
    if (ending === 'written') return false;
    site.runs = pointerFromConfig(file);
    return ending === 'done';
  }

  private unlessRefused<T>(plan: () => T): T | undefined {
    const before = JSON.stringify(this.sites);
    try {
      return plan();
    } catch (error) {
      if ((error as Error).name === 'Refusal') return undefined;
      throw error;
    } finally {
      if (JSON.stringify(this.sites) !== before) throw new Error('broken: a plan changed something');
    }
  }
}

const prerelease: WaveAct = { did: 'prerelease', ...next };
const switchLive: WaveAct = { did: 'switch' };
const stable: WaveAct = { did: 'release', version: '1.5.0' };

const arbitraryEndings = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Ending>('done') },
    { weight: 2, arbitrary: fc.constantFrom<Ending>('untouched', 'written', 'edges') },
  ),
  { maxLength: 5 },
);
const arbitraryCount = fc.integer({ min: 1, max: 4 });
const arbitraryAct = fc.constantFrom<WaveAct>(
  prerelease,
  prerelease,
  switchLive,
  switchLive,
  stable,
  { did: 'release', version: '1.5.0', switch: true },
  { did: 'canary', percent: 5 },
  { did: 'canary', percent: 0 },
  { did: 'abort' },
  { did: 'hold', why: 'stocktaking' },
  { did: 'unhold' },
  { did: 'maintenance', on: true },
);
const arbitraryDeed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wave' as const),
      act: arbitraryAct,
      endings: arbitraryEndings,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reach' as const),
      site: fc.nat({ max: 3 }),
      reachable: fc.boolean(),
    }),
  },
);

function happen(model: ModelSites, deed: Deed): void {
  if (deed.kind === 'wave') model.wave(deed.act, deed.endings);
  else if (deed.kind === 'rollback') model.rollback(deed.endings);
  else {
    const site = model.sites[deed.site];
    if (site) site.reachable = deed.reachable;
  }
}

describe('waves, whatever fails and whoever is cut off', () => {
  it('never take a site beyond the one before it', () => {
    let seen = 0;
    fc.assert(
      fc.property(arbitraryCount, fc.array(arbitraryDeed, { maxLength: 12 }), (count, deeds) => {
        const model = new ModelSites(count);
        for (const deed of deeds) {
          // What is taken away is taken from the first site first.
          if (deed.kind === 'wave' && deed.act.did === 'abort') continue;
          happen(model, deed);
          const ranks = model.sites.map((site) => model.rank(site));
          expect(ranks).toEqual([...ranks].sort((one, other) => other - one));
          if (ranks.at(-1) !== ranks[0]) seen++;
        }
      }),
      { numRuns: 200 },
    );
    expect(seen).toBeGreaterThan(20); // waves that stopped half-way
  });

  it('finish when they are repeated, and touch no site that has it already', () => {
    fc.assert(
      fc.property(
        arbitraryCount,
        fc.array(arbitraryEndings, { maxLength: 3 }),
        fc.constantFrom('prerelease', 'switch', 'release'),
        (count, failures, upTo) => {
          const model = new ModelSites(count);
          const acts = [prerelease, switchLive, stable].slice(
            0,
            ['prerelease', 'switch', 'release'].indexOf(upTo) + 1,
          );
          for (const act of acts) {
            for (const endings of failures) model.wave(act, endings);
            const ready = model.views().filter((view) => {
              const others = planWave(act, 'shop', model.views(), author);
              return !others.some(({ site }) => site === view.site);
            });
            const before = model.touched.length;
            expect(model.wave(act)).toBe(true);
            const touched = model.touched.slice(before);
            expect(new Set(touched).size).toBe(touched.length);
            expect(touched).toHaveLength(count - ready.length);
            expect(planWave(act, 'shop', model.views(), author)).toEqual([]);
          }
          const rank = { prerelease: 1, switch: 2, release: 2 }[upTo];
          expect(model.sites.map((site) => model.rank(site))).toEqual(model.sites.map(() => rank));
          if (upTo === 'release') expect(new Set(model.versions())).toEqual(new Set(['1.5.0']));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('are taken back by a rollback after any prefix: all reachable sites at once, the others when they return, none further than it was', () => {
    let tookBack = 0;
    fc.assert(
      fc.property(
        arbitraryCount,
        arbitraryEndings,
        fc.constantFrom('none', 'release'),
        fc.subarray([0, 1, 2, 3]),
        arbitraryEndings,
        (count, endings, after, away, rollbackEndings) => {
          const model = new ModelSites(count);
          expect(model.wave(prerelease)).toBe(true);
          if (model.wave(switchLive, endings) && after === 'release') model.wave(stable);
          tookBack += model.sites.some((site) => model.rank(site) === 2) ? 1 : 0;
          for (const [index, site] of model.sites.entries()) site.reachable = !away.includes(index);
          const began = model.sites.some(
            ({ file }) => liveRelease(file.services['shop']!).digest === next.digest,
          );
          model.rollback(rollbackEndings);
          for (const site of model.sites.filter(({ reachable }) => reachable))
            expect(model.rank(site)).toBeLessThan(2);
          // Also by somebody who runs nothing but `pulumi up` there.
          if (began)
            for (const { file } of model.sites)
              expect(liveRelease(file.services['shop']!).digest).toBe(old.digest);
          for (const site of model.sites) site.reachable = true;
          model.rollback();
          for (const site of model.sites) {
            expect(model.rank(site)).toBeLessThan(2);
            expect(site.runs.services['shop']!.digests[site.runs.services['shop']!.live]).toBe(old.digest);
          }
          // Once more takes nobody further back.
          const versions = model.versions();
          expect(planRollback('shop', model.views())).toEqual([]);
          expect(versions).toEqual(model.sites.map(() => old.version));
        },
      ),
      { numRuns: 200 },
    );
    expect(tookBack).toBeGreaterThan(20);
  });
});
