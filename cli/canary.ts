import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteConfig } from '../config/site-config';
import type { RequestSample } from '../edge/request-sample';
import { messageOf, SiteContact } from '../edge/site-contact';
import { watchRequests } from '../edge/watch-requests';
import { canaryRules, fullShareRules, judgeCanary, type CanaryVerdict } from '../release/canary-verdict';
import { liveRelease } from '../release/candidate-of';
import { Refusal } from '../release/refusal';
import { refuseCanaryOfRolling } from '../release/rolls';
import { setCanary, switchLive } from '../release/transitions';
import { author } from './author';
import { changeRelease, type Change, type ChangeOptions, type Done, type Output } from './change-release';

/** How one share was judged. */
export interface JudgedShare extends CanaryVerdict {
  /** Per cent. */
  share: number;
}

/** What a canary that goes on its own did. */
export interface AutoCanary extends Change {
  shares: JudgedShare[];
}

/** Exit code of a canary that was taken back. */
const notGoodEnough = 4;

/** Gives the candidate a share of the clients, or takes it back (0). */
export async function giveShare(
  service: string,
  percent: number,
  options: ChangeOptions,
  output: Output,
): Promise<void> {
  const { change, site } = await share(service, percent, options, output);
  const live = liveRelease(site.release.services[service]!).version;
  output.done(change, [
    percent === 0
      ? `${service}: all clients are on ${live}`
      : `${service}: ${percent} % of the clients are on the candidate. See: evenkeel status; to end it: evenkeel canary ${service} 0`,
  ]);
}

/**
 * Gives the candidate one share after the other, each for the time of the bake, and judges it by what all edges saw of
 * both slots in that time. A share that is not better takes the clients back and ends it with exit code 4. After 100 %
 * the candidate becomes live.
 *
 * At 100 % the live slot has no requests of its own: the candidate is compared with what live did in the share before.
 *
 * @param bake ms.
 */
export async function autoCanary(
  service: string,
  shares: readonly number[],
  bake: number,
  options: ChangeOptions,
  output: Output,
): Promise<void> {
  refuseShares(shares);
  if (options.configOnly)
    throw new Refusal("--auto judges what the edges see, so it can't go with --config-only.");
  const { log } = output;
  const judged: JudgedShare[] = [];
  let before: Window | undefined;
  let asked = options;
  let last: Change | undefined;
  for (const percent of shares) {
    const { change, site } = await share(service, percent, asked, output);
    last = change;
    asked = { ...options, yes: true }; // the first yes was for all of it
    log(`${service}: ${percent} % of the clients are on the candidate; watching for ${bake / 1000} s`);
    // A request is logged when it ends, so one that hangs is not in the window unless it may time out in it.
    if (judged.length === 0 && bake < site.edge.timeouts.server)
      log(
        `${service}: a request that hangs is seen after evenkeel:edge.timeouts.server (${site.edge.timeouts.server / 1000} s), ` +
          `which is longer than the bake: give --bake more to have the candidate judged by those too`,
      );
    const now = await watch(site, service, bake, log);
    const { live } = site.release.services[service]!;
    const ofSlot = (window: Window, wanted: 'live' | 'idle') =>
      window.samples.filter((sample) => (sample.slot === live) === (wanted === 'live'));
    const compared = percent === 100 ? shifted(before!, now.since) : now;
    const verdict = judgeCanary(
      { live: ofSlot(compared, 'live'), candidate: ofSlot(now, 'idle'), since: now.since },
      percent === 100 ? fullShareRules : canaryRules,
    );
    before = now;
    judged.push({ share: percent, ...verdict });
    log(`${service}: ${percent} %: ${verdict.verdict}: ${verdict.reason}`);
    if (verdict.verdict !== 'better') {
      const note = `${percent} % was ${verdict.verdict}`;
      const back = await share(service, 0, asked, output, note);
      output.done({ ...back.change, shares: judged } satisfies AutoCanary, [
        `${service}: taken back: ${verdict.reason}`,
      ]);
      process.exitCode = notGoodEnough;
      return;
    }
    if (percent < 100) continue;
    const switched = await changeRelease(
      { did: 'switch', service, change: (release) => switchLive(release, service, author()) },
      asked,
      output,
    );
    const version = liveRelease(switched.site.release.services[service]!).version;
    output.done({ ...switched.change, shares: judged } satisfies AutoCanary, [
      `${service}: ${version} is live. To undo it: evenkeel rollback ${service}`,
    ]);
    return;
  }
  output.done({ ...last!, shares: judged } satisfies AutoCanary, [
    `${service}: stays at ${shares.at(-1)} %. To send everybody there: evenkeel switch ${service}`,
  ]);
}

/** What all edges saw of a service in one window. */
interface Window {
  /** ms since 1970. */
  since: number;
  samples: RequestSample[];
}

/** @throws Error when an edge can't be watched to the end: what the others saw is not what all clients got. */
async function watch(
  site: SiteConfig,
  service: string,
  bake: number,
  log: (line: string) => void,
): Promise<Window> {
  const since = Date.now();
  const samples: RequestSample[] = [];
  const contact = new SiteContact(site.nodes);
  const stop = new AbortController();
  const edges = site.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
  const watching = Promise.all(
    edges.map(({ name }) =>
      watchRequests(() => contact.session(name), {
        since,
        signal: stop.signal,
        onSamples: (seen) => void samples.push(...seen.filter((each) => each.service === service)),
      }).catch((error: unknown) => log(`${name}: what it saw is missing (${messageOf(error)})`)),
    ),
  );
  try {
    await sleep(bake);
    stop.abort();
    await watching;
  } finally {
    stop.abort();
    contact.close();
  }
  return { since, samples };
}

/** An earlier window's samples, as if they had been seen in the one that began at `since`. */
function shifted(window: Window, since: number): Window {
  const by = since - window.since;
  return { since, samples: window.samples.map((sample) => ({ ...sample, at: sample.at + by })) };
}

function share(
  service: string,
  percent: number,
  options: ChangeOptions,
  output: Output,
  note?: string,
): Promise<Done> {
  return changeRelease(
    {
      did: 'canary',
      service,
      change: (release, project) => {
        if (percent > 0) refuseCanaryOfRolling(project.siteWith(release), service);
        return setCanary(release, service, percent, author(), note);
      },
    },
    options,
    output,
  );
}

/** @throws Refusal: before anything is done, since the last share may be wrong. */
function refuseShares(shares: readonly number[]): void {
  const ascending = shares.every((percent, index) => index === 0 || percent > shares[index - 1]!);
  const inRange = shares.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 100);
  if (!inRange || !ascending || shares.length === 0)
    throw new Refusal(
      `--auto ${shares.join(',')}: allowed are whole numbers from 1 to 100, each above the one before, as in 5,25,50,100.`,
    );
  if (shares[0] === 100)
    throw new Refusal(
      `--auto 100: there would be nothing to compare the candidate with. Give it a smaller share first, as in 5,25,50,100.`,
    );
}
