import type { Release, ReleaseConfig, ServiceRelease } from '../config/site-config';
import { candidateOf, entryOf, liveRelease } from '../release/candidate-of';
import { Refusal } from '../release/refusal';
import * as transitions from '../release/transitions';
import type { SiteView } from './site-view';
import type { WaveAct } from './wave-act';

/**
 * What an act makes of a site's stack file; undefined where the file says so already. What is released is told by the
 * first site: its candidate, or what is live there once it has been switched.
 *
 * @param first the first site, as it is now.
 * @throws Refusal naming the site, with the reason that its own command would give, or that it has another version.
 */
export function wantedRelease(
  act: WaveAct,
  service: string,
  view: SiteView,
  first: SiteView,
  author: transitions.Author,
): ReleaseConfig | undefined {
  const entry = entryOf(view.release.services, service);
  if (hasIt(act, service, entry, first)) return undefined;
  try {
    if (view.site !== first.site) refuseOther(act, service, view, first);
    return next(act, service, view, leadOf(act, service, first), author);
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(`${view.site}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Whether a stack file says what the act wants of it, or something that comes after it. */
function hasIt(act: WaveAct, service: string, entry: ServiceRelease | undefined, first: SiteView): boolean {
  if (!entry) return false;
  const candidate = candidateOf(entry);
  const live = liveRelease(entry);
  const lead = leadOf(act, service, first);
  switch (act.did) {
    case 'prerelease':
      return (
        live.digest === act.digest || (candidate?.digest === act.digest && candidate.version === act.version)
      );
    case 'switch':
      return isLive(entry, lead);
    case 'release':
      return isLive(entry, lead) && live.version === act.version;
    case 'canary':
      if (act.auto && act.percent === 100) return isLive(entry, lead);
      return entry.canary === act.percent || (act.percent > 0 && isLive(entry, lead));
    case 'abort':
      return candidate === undefined;
    case 'hold':
      return entry.hold !== undefined;
    case 'unhold':
      return entry.hold === undefined;
    case 'maintenance':
      return (entry.maintenance ?? false) === act.on;
  }
}

/** What a site's own command would make of its stack file. @throws Refusal */
function next(
  act: WaveAct,
  service: string,
  { release }: SiteView,
  lead: Release | undefined,
  author: transitions.Author,
): ReleaseConfig {
  switch (act.did) {
    case 'prerelease': {
      const { version, digest, force } = act;
      return transitions.prerelease(release, service, { version, digest }, author, force);
    }
    case 'switch':
      return transitions.switchLive(release, service, author);
    case 'release': {
      const switches = act.switch && !isLive(transitions.serviceOf(release, service), lead);
      const live = switches ? transitions.switchLive(release, service, author) : release;
      return transitions.makeStable(live, service, author, act.version);
    }
    case 'canary':
      return transitions.setCanary(release, service, act.percent, author);
    case 'abort':
      return transitions.abort(transitions.setCanary(release, service, 0, author), service, author);
    case 'hold':
      return transitions.hold(release, service, act.why, author);
    case 'unhold':
      return transitions.unhold(release, service, author);
    case 'maintenance':
      return transitions.setMaintenance(release, service, act.on, author);
  }
}

/** What a wave is about, by the first site; undefined where that has no release of the service yet. */
function leadOf(act: WaveAct, service: string, { release }: SiteView): Release | undefined {
  const entry = entryOf(release.services, service);
  if (!entry) return undefined;
  const isOfLive = act.did === 'release' && !act.switch;
  return (isOfLive ? undefined : candidateOf(entry)) ?? liveRelease(entry);
}

/** Whether an image is live, and not once more a candidate (which it is after a `redeploy`). */
function isLive(entry: ServiceRelease, lead: Release | undefined): boolean {
  return (
    lead !== undefined &&
    liveRelease(entry).digest === lead.digest &&
    candidateOf(entry)?.digest !== lead.digest
  );
}

/** A site that has something else than the first one is in no wave with it. */
function refuseOther(act: WaveAct, service: string, { release }: SiteView, first: SiteView): void {
  const entry = entryOf(release.services, service);
  const lead = leadOf(act, service, first);
  if (!entry || !lead) return;
  const wants = isAboutCandidate(act)
    ? candidateOf(entry)
    : isAboutLive(act)
      ? liveRelease(entry)
      : undefined;
  // Of one without a candidate the state machine says more.
  if (!wants || wants.digest === lead.digest || (act.did === 'release' && isLive(entry, lead))) return;
  throw new Refusal(
    `${isAboutLive(act) ? `${wants.version} is live` : `the candidate is ${wants.version}`}, and ${first.site} has ` +
      `${lead.version}: the sites of a wave get one and the same image. ` +
      (isAboutLive(act)
        ? `Make it live here first: evenkeel switch ${service}`
        : `Give this site the same candidate first: evenkeel prerelease ${service} ${lead.version}`),
  );
}

function isAboutCandidate(act: WaveAct): boolean {
  return (
    act.did === 'switch' ||
    (act.did === 'release' && act.switch === true) ||
    (act.did === 'canary' && act.percent > 0)
  );
}

function isAboutLive(act: WaveAct): boolean {
  return act.did === 'release' && act.switch !== true;
}
