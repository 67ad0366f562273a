import { Refusal } from '../release/refusal';
import { commandOf, wayBack } from '../waves/act-words';
import { planWave, type WaveStep } from '../waves/plan-wave';
import type { SiteView } from '../waves/site-view';
import { standing } from '../waves/standing';
import { isWrittenOnly, type WaveAct } from '../waves/wave-act';
import { author } from './author';
import { changeRelease, describe, outputOf, type ChangeOptions, type Output } from './change-release';
import { chosenSites, optionsOf } from './chosen-sites';
import { openProject } from './project';
import { isOwnFault } from './report-error';
import { openSites, viewSites, type WaveSite } from './site-views';

/** A command on one service that may be about all sites. */
export interface Wave {
  service: string;
  /** What it is to all sites, once these are known. @throws Refusal before anything is touched */
  act: (sites: readonly WaveSite[]) => WaveAct | Promise<WaveAct>;
  /** What stands in its way elsewhere than at the sites, asked when these have nothing against it. @throws Refusal before anything is touched */
  check?: () => Promise<void>;
  /** Does it at one site, which then is the one that the options name. */
  at: (options: ChangeOptions, output: Output) => Promise<void>;
}

/** A wave that did not come to its end; what the sites have is in the message. */
export class WaveStopped extends Error {
  override readonly name = 'WaveStopped';
}

/**
 * Does something at one site, or at all of them, one after the other: the next one only when the one before has it. A
 * failure stops it there, says what each site has, and leaves it to a person to finish or to go back. Said again, it goes
 * on where it stopped, since a site that has it is left out.
 *
 * @throws Refusal while nothing was changed anywhere; WaveStopped later
 */
export async function inWave(wave: Wave, options: ChangeOptions): Promise<void> {
  const chosen = await chosenSites(options);
  const output = outputOf(options);
  if (!chosen) return wave.at(options, output);
  const { service } = wave;
  const sites = await openSites(chosen, service, options);
  const act = await wave.act(sites);
  const look = () => viewSites(sites, options, options.configOnly === true || isWrittenOnly(act));
  let views = await look();
  let steps = planWave(act, service, views, author());
  if (steps.length === 0) refuseNothing(act, service, views);
  await wave.check?.();
  output.log(`sites: ${inOrder(views, steps)}`);
  const results: Record<string, object> = {};
  for (let step = steps[0]; step; step = steps[0]) {
    const { site } = step;
    const had = Object.keys(results).length > 0;
    try {
      if (site in results)
        throw new Error('it was done, and the site is not as it should be. See: evenkeel status');
      const whole = sites.find((each) => each.site === site)!;
      await oneStep(step, whole, wave, act, options, output, (result) => (results[site] = result));
    } catch (error) {
      throw stopped(error, site, had, await whatTheyHave());
    }
    // A canary that is not good enough ends with an exit code of its own.
    if (process.exitCode !== undefined) {
      output.log(`The wave stops at ${site}: ${await whatTheyHave()}`);
      return output.done(results, []);
    }
    views = await look();
    try {
      steps = planWave(act, service, views, author());
    } catch (error) {
      throw stopped(error, site, true, await whatTheyHave());
    }
  }
  output.done(await withOthers(results, sites, act, service, options), [
    `all sites: ${standing(service, views)}`,
  ]);

  async function whatTheyHave(): Promise<string> {
    const now = await look().catch(() => views);
    return `${standing(service, now)}. Finish with \`${commandOf(act, service)}\`${wayBack(act, service)}.`;
  }
}

/** Does at one site what it needs. */
async function oneStep(
  step: WaveStep,
  site: WaveSite,
  wave: Wave,
  act: WaveAct,
  options: ChangeOptions,
  output: Output,
  done: (result: object) => void,
): Promise<void> {
  const own = ofSite(site.site, output, done);
  const ownOptions = optionsOf(options, site);
  if (step.needs === 'edit') return wave.at(ownOptions, own);
  const { change } = await changeRelease(
    { did: act.did, service: wave.service, change: (release) => release },
    ownOptions,
    own,
  );
  own.done(change, []);
}

/** The output of one site of several: each line begins with its name, and its result is kept for the end. */
export function ofSite(site: string, { log }: Output, done: (result: object) => void): Output {
  const say = (text: string) => text.split('\n').forEach((line) => log(`${site}: ${line}`));
  return {
    log: say,
    done: (result, lines) => {
      lines.forEach(say);
      done(result);
    },
  };
}

/** As the command of one site refuses what there is nothing to do for; those of which a repetition is fine there are fine here. */
function refuseNothing(act: WaveAct, service: string, views: readonly SiteView[]): void {
  if (act.did === 'prerelease' || act.did === 'canary' || act.did === 'maintenance') return;
  if (act.did === 'release' && act.again) return;
  throw new Refusal(
    `no site has anything to do for \`${commandOf(act, service)}\`: ${standing(service, views)}.`,
  );
}

function inOrder(views: readonly SiteView[], steps: readonly WaveStep[]): string {
  return views
    .map(({ site }) => (steps.some((step) => step.site === site) ? site : `${site} (has it already)`))
    .join(', then ');
}

/** What a failure at one site is to all of them. Nothing was changed only when nothing was changed at an earlier one either. */
function stopped(error: unknown, site: string, had: boolean, words: string): unknown {
  if (!(error instanceof Error)) return error;
  const message = `${site}: ${error.message}\nThe wave stopped at ${site}: ${words}`;
  if (error instanceof Refusal && !had) return new Refusal(message, { cause: error });
  // A fault of Evenkeel's own stays one, with its stack.
  if (isOwnFault(error)) {
    error.message = message;
    return error;
  }
  return new WaveStopped(message, { cause: error });
}

/** The results of all sites in their order; those that had it already say so. */
async function withOthers(
  results: Readonly<Record<string, object>>,
  sites: readonly WaveSite[],
  act: WaveAct,
  service: string,
  options: ChangeOptions,
): Promise<Record<string, object>> {
  const entries = await Promise.all(
    sites.map(async (site): Promise<[string, object]> => {
      const result = results[site.site];
      if (result) return [site.site, result];
      const project = await openProject(optionsOf(options, site));
      return [
        site.site,
        { ...describe({ did: act.did, service }, project, project.release, false), hadIt: true },
      ];
    }),
  );
  return Object.fromEntries(entries);
}
