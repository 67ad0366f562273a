import { NoEdgeReached } from '../edge/roll-back';
import { Refusal } from '../release/refusal';
import { rollback } from '../release/transitions';
import { planRollback, type RollbackStep } from '../waves/plan-rollback';
import type { SiteView } from '../waves/site-view';
import { standing } from '../waves/standing';
import { author } from './author';
import { changeRelease, describe, outputOf, type ChangeOptions, type Output } from './change-release';
import { chosenSites, optionsOf } from './chosen-sites';
import { keepOutOfDns } from './keep-out-of-dns';
import { openProject } from './project';
import { flipBack, rollBack } from './roll-back';
import { openSites, readPointers, viewSites, type WaveSite } from './site-views';
import { ofSite, WaveStopped } from './wave';

/**
 * Takes one site back, or all of them: first the edges of all sites that can be reached, at the same time, and only then
 * what Pulumi has to do at each. A site that can't be reached goes back in its stack file, so that it follows with its
 * next `pulumi up`, and with the next `rollback`, whichever comes first. One that fails keeps none of the others.
 *
 * @throws Refusal when no site went back; WaveStopped when not all of them did
 */
export async function rollBackSites(service: string, options: ChangeOptions): Promise<void> {
  const chosen = await chosenSites(options);
  const output = outputOf(options);
  if (!chosen) return rollBack(service, options, output);
  const sites = await openSites(chosen, service, options);
  // Nobody waits for a site that does not answer: who can go back at once is known from the stack files alone.
  const written = await viewSites(sites, options, true);
  const atOnce = planRollback(service, written);
  const run = new Rollback(sites, service, options, output);
  const [flipped, steps] = await Promise.all([
    Promise.all(atOnce.map((step) => run.flip(step))),
    laterSteps(sites, service, written, atOnce),
  ]);
  if (atOnce.length + steps.length === 0) refuseNothing(service, written);
  output.log(stays(service, written, [...atOnce, ...steps]));
  // One Pulumi after the other: by now nobody waits for it.
  for (const [index, rest] of flipped.entries()) if (rest) await run.each(atOnce[index]!.site, rest);
  for (const { site, needs } of steps)
    if (needs === 'up') await run.each(site, (own) => upOnly(service, run.optionsAt(site), own));
    else run.away.add(site);
  const now = await viewSites(sites, options, false).catch(() => written);
  run.throwUnlessAll(standing(service, now), atOnce.length + steps.length);
  output.done(run.results, [`all sites: ${standing(service, now)}`]);
}

/** What sites need that have gone back in their stack file alone. */
async function laterSteps(
  sites: readonly WaveSite[],
  service: string,
  written: readonly SiteView[],
  atOnce: readonly RollbackStep[],
): Promise<RollbackStep[]> {
  const flips = new Set(atOnce.map(({ site }) => site));
  const views = await Promise.all(
    written.map(async (view, index) =>
      flips.has(view.site) ? view : { ...view, running: await readPointers(sites[index]!) },
    ),
  );
  return planRollback(service, views).filter(({ site }) => !flips.has(site));
}

/** A rollback of several sites, and what came of it so far. */
class Rollback {
  readonly results: Record<string, object> = {};
  /** Sites that can't be reached. */
  readonly away = new Set<string>();
  private readonly failures: { site: string; error: unknown }[] = [];

  constructor(
    private readonly sites: readonly WaveSite[],
    private readonly service: string,
    private readonly options: ChangeOptions,
    private readonly output: Output,
  ) {}

  optionsAt(name: string): ChangeOptions {
    return optionsOf(
      this.options,
      this.sites.find(({ site }) => site === name)!,
    );
  }

  /** What comes at once. @returns what Pulumi has to do after it */
  flip({ site }: RollbackStep): Promise<(() => Promise<void>) | undefined> {
    return this.each(site, async (own) => {
      try {
        return await flipBack(this.service, this.optionsAt(site), own);
      } catch (error) {
        if (!(error instanceof NoEdgeReached)) throw error;
        await goBackInFile(this.service, this.optionsAt(site), own);
        await keepOutOfDns(this.optionsAt(site), own.log);
        this.away.add(site);
        return undefined;
      }
    });
  }

  /** One that fails keeps none of the others. */
  async each<T>(site: string, act: (own: Output) => Promise<T>): Promise<T | undefined> {
    try {
      return await act(ofSite(site, this.output, (result) => (this.results[site] = result)));
    } catch (error) {
      this.failures.push({ site, error });
      return undefined;
    }
  }

  /** @param count of the sites that were to go back */
  throwUnlessAll(has: string, count: number): void {
    const { failures, away, service } = this;
    if (failures.length + away.size === 0) return;
    const lines = [
      ...failures.map(
        ({ site, error }) => `${site}: ${error instanceof Error ? error.message : String(error)}`,
      ),
      ...[...away].map(
        (site) =>
          `${site}: can't be reached, so it has what it had; its stack file has gone back. When the site is there again, it ` +
          `follows with \`evenkeel rollback ${service}\`, or with its next \`pulumi up\`.`,
      ),
    ];
    const message = `${lines.join('\n')}\nNot all sites are back: ${has}. Finish with \`evenkeel rollback ${service}\`.`;
    const refused = failures.length === count && failures.every(({ error }) => error instanceof Refusal);
    throw refused ? new Refusal(message) : new WaveStopped(message);
  }
}

async function goBackInFile(service: string, options: ChangeOptions, output: Output): Promise<void> {
  await changeRelease(
    { did: 'rollback', service, change: (release) => rollback(release, service, author()) },
    { ...options, yes: true, configOnly: true },
    output,
  );
}

/** A site whose stack file has gone back while it was away. */
async function upOnly(service: string, options: ChangeOptions, output: Output): Promise<void> {
  if (options.configOnly) {
    const project = await openProject(options);
    return output.done(describe({ did: 'rollback', service }, project, project.release, false), []);
  }
  const { change } = await changeRelease(
    { did: 'rollback', service, change: (release) => release },
    { ...options, yes: true },
    output,
  );
  output.done(change, []);
}

/** In the words of the first site's own command, where that has some. */
function refuseNothing(service: string, views: readonly SiteView[]): never {
  const [first] = views;
  try {
    rollback(first!.release, service, author());
  } catch (error) {
    if (error instanceof Refusal)
      throw new Refusal(
        `${first!.site}: ${error.message} The sites: ${standing(service, views)}. To take one site back alone, say --stack.`,
        { cause: error },
      );
    throw error;
  }
  throw new Refusal(`no site has anything to go back to: ${standing(service, views)}.`);
}

/** Which sites go back, and which were not reached by the release and stay as they are. */
function stays(service: string, views: readonly SiteView[], steps: readonly RollbackStep[]): string {
  const going = steps.map(({ site }) => site);
  const others = views.filter(({ site }) => !going.includes(site));
  const rest = others.length === 0 ? '' : `; as they are: ${standing(service, others)}`;
  return `sites that go back: ${going.join(', ')}${rest}`;
}
