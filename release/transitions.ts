import semver from 'semver';
import type { HistoryEntry, Release, ReleaseConfig, ServiceRelease } from '../config/site-config';
import { candidateOf, canRollBack, entryOf, idleSlot, isSame, liveRelease } from './candidate-of';
import { Refusal } from './refusal';

/**
 * The release state machine: each function takes what the config says now and gives what it shall say next, or throws a
 * `Refusal` in words. None of them changes what it was given, and none does any I/O.
 *
 * What holds after each of them (release/release-laws.spec.ts):
 * - the live slot has a version, and no command but the switch and the rollback changes which slot is live,
 * - the image of a live slot is never changed,
 * - every change of what the edges do has a higher generation.
 */

/** Who does it, and when: for the history. */
export interface Author {
  /** ISO 8601, UTC, to the minute: `2026-11-21T13:00Z`. */
  at: string;
  /** `user@machine`. */
  by: string;
}

/** Entries that the history keeps for each service: a year of releases is in Git, the stack file stays readable. */
export const historyLength = 20;

/** A release before anything was released. */
export const noRelease: ReleaseConfig = { generation: 0, services: {} };

/**
 * Puts a version into the idle slot: the candidate. A later candidate replaces an earlier one. The first version of a
 * service that has none is live at once, since nothing else could be.
 *
 * The same again changes nothing, so that a `prerelease` whose `up` failed can simply be repeated.
 *
 * @param force allows a version that is not above the live one, or is below the candidate; said in the history.
 */
export function prerelease(
  release: ReleaseConfig,
  name: string,
  next: Release,
  author: Author,
  force = false,
): ReleaseConfig {
  if (semver.valid(next.version) !== next.version)
    throw new Refusal(`${next.version} is not a semver version, like 1.5.0-rc.1 (no leading v, no +build).`);
  const service = entryOf(release.services, name);
  if (!service) {
    const first: ServiceRelease = { live: 'blue', canary: 0, blue: next };
    return edit(
      release,
      name,
      recorded(first, author, { did: 'prerelease', to: next.version, note: 'the first version' }),
    );
  }
  refuseOnHold(service, name);
  const idle = service[idleSlot(service)];
  const live = liveRelease(service);
  if (!idle && isSame(live, next)) return release; // the first version
  if (!semver.prerelease(next.version))
    throw new Refusal(
      `${next.version} is no prerelease version. A candidate is tested first: tag the image as ${next.version}-rc.1, say, run ` +
        `evenkeel prerelease ${name} ${next.version}-rc.1, and evenkeel release ${name} makes ${next.version} of it.`,
    );
  const candidate = candidateOf(service);
  if (candidate?.version === next.version && candidate.digest === next.digest) return release;
  if (service.canary > 0)
    throw new Refusal(
      `${service.canary} % of ${name}'s clients are on the candidate ${candidate?.version}, so its slot can't be changed. Take ` +
        `them back first: evenkeel canary ${name} 0.`,
    );
  if (isSame(idle, next) && canRollBack(service))
    throw new Refusal(
      `${next.version} is what was live before, and ${idleSlot(service)} still holds it. To go back to it: evenkeel rollback ` +
        `${name}.`,
    );
  if (live.digest === next.digest)
    throw new Refusal(
      `${next.version} is the very image that is live as ${live.version}: there is nothing to test. To deploy it anew, with other ` +
        `settings or secrets: evenkeel redeploy ${name}.`,
    );
  if (!force) {
    refuseLower(next.version, live.version, 'the live version', name);
    if (candidate?.version === next.version)
      throw new Refusal(
        `${next.version} was another image when it became the candidate (${candidate.digest}, now ${next.digest}): its tag was ` +
          `moved. Give the new image a version of its own, or say --force.`,
      );
    if (candidate) refuseLower(next.version, candidate.version, 'the candidate', name);
  }
  // What an abort puts back is what was there before the first candidate, not an earlier candidate.
  const replaced = candidate ? service.replaced : idle;
  const { replaced: _old, ...rest } = service;
  return edit(
    release,
    name,
    recorded({ ...rest, [idleSlot(service)]: next, ...(replaced && { replaced }) }, author, {
      did: 'prerelease',
      ...(idle && { from: idle.version }),
      to: next.version,
      ...(force && { note: '--force' }),
    }),
  );
}

/** Sends the public to the candidate. The old version stays in its slot, for a rollback. */
export function switchLive(release: ReleaseConfig, name: string, author: Author): ReleaseConfig {
  const service = serviceOf(release, name);
  refuseOnHold(service, name);
  const candidate = needCandidate(service, name);
  const previous = liveRelease(service);
  const { replaced, ...rest } = service;
  const next: ServiceRelease = { ...rest, live: idleSlot(service), canary: 0, previous };
  return edit(
    release,
    name,
    recorded(next, author, { did: 'switch', from: previous.version, to: candidate.version }),
  );
}

/**
 * Sends the public back to what was live before the last switch. What it is taken from stays as the candidate.
 *
 * A hold does not keep anybody from it.
 */
export function rollback(release: ReleaseConfig, name: string, author: Author): ReleaseConfig {
  const service = serviceOf(release, name);
  const idle = idleSlot(service);
  if (!service.previous)
    throw new Refusal(
      `${name} has nothing to go back to: ${liveRelease(service).version} has not replaced another version by a switch ` +
        `(or was itself gone back to).${service[idle] ? ` ${idle} holds ${service[idle].version}.` : ''}`,
    );
  if (!canRollBack(service))
    throw new Refusal(
      `${idle}, the idle slot of ${name}, no longer holds ${service.previous.version}, which was live before ` +
        `${liveRelease(service).version}: it holds ${service[idle]?.version ?? 'nothing'}. Take that away first: evenkeel abort ${name}.`,
    );
  const { previous, ...rest } = service;
  return edit(
    release,
    name,
    recorded({ ...rest, live: idle, canary: 0 }, author, {
      did: 'rollback',
      from: liveRelease(service).version,
      to: previous.version,
    }),
  );
}

/**
 * Calls the live candidate stable: the same image in the same slot under its stable version. The edges have nothing to
 * do, so the generation stays.
 *
 * @param version default: the candidate's version without its prerelease tag.
 */
export function makeStable(
  release: ReleaseConfig,
  name: string,
  author: Author,
  version?: string,
): ReleaseConfig {
  const service = serviceOf(release, name);
  refuseOnHold(service, name);
  const live = liveRelease(service);
  const candidate = candidateOf(service);
  if (!semver.prerelease(live.version))
    throw new Refusal(
      candidate
        ? `${name} runs ${live.version}, which is stable already, and the candidate ${candidate.version} is not live yet. Make it ` +
            `live first: evenkeel switch ${name}; or do both: evenkeel release ${name} --switch.`
        : `${name} runs ${live.version}, which is stable already.`,
    );
  const stable = version ?? stableVersion(live.version);
  if (semver.valid(stable) !== stable || semver.prerelease(stable))
    throw new Refusal(`${stable} is not a stable semver version, like ${stableVersion(live.version)}.`);
  if (semver.lt(stable, live.version))
    throw new Refusal(
      `${stable} is below ${live.version}, which is live. Leave the version out to get ${stableVersion(live.version)}.`,
    );
  const next = { ...live, version: stable, tag: live.tag ?? live.version };
  return {
    ...release,
    services: {
      ...release.services,
      [name]: recorded({ ...service, [service.live]: next }, author, {
        did: 'release',
        from: live.version,
        to: stable,
      }),
    },
  };
}

/** Gives the candidate a share of the clients, in per cent. To take clients back (a smaller share) is allowed on hold too. */
export function setCanary(
  release: ReleaseConfig,
  name: string,
  percent: number,
  author: Author,
  note?: string,
): ReleaseConfig {
  const service = serviceOf(release, name);
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new Refusal(`${percent} is not a share in per cent: a whole number from 0 to 100.`);
  if (percent > service.canary) refuseOnHold(service, name);
  if (percent > 0) needCandidate(service, name);
  if (percent === service.canary) return release;
  return edit(
    release,
    name,
    recorded({ ...service, canary: percent }, author, {
      did: 'canary',
      from: `${service.canary} %`,
      to: `${percent} %`,
      ...(note && { note }),
    }),
  );
}

/**
 * Takes the candidate away: the idle slot gets back what it had, or the live version where it had nothing. Clients must
 * have been taken back before (`setCanary` 0), since a slot that serves them can't be changed.
 */
export function abort(release: ReleaseConfig, name: string, author: Author): ReleaseConfig {
  const service = serviceOf(release, name);
  const candidate = needCandidate(service, name);
  if (service.canary > 0)
    throw new Refusal(
      `${service.canary} % of ${name}'s clients are on the candidate: evenkeel canary ${name} 0 comes first.`,
    );
  const { replaced, ...rest } = service;
  const back = replaced ?? liveRelease(service);
  return edit(
    release,
    name,
    recorded({ ...rest, [idleSlot(service)]: back }, author, {
      did: 'abort',
      from: candidate.version,
      to: back.version,
    }),
  );
}

/** Nobody can release the service until `unhold`; a rollback, an abort and maintenance stay possible. */
export function hold(release: ReleaseConfig, name: string, why: string, author: Author): ReleaseConfig {
  const service = serviceOf(release, name);
  if (why.trim() === '') throw new Refusal(`A hold needs a reason: evenkeel hold ${name} --why "…".`);
  if (service.hold)
    throw new Refusal(
      `${name} is on hold already: ${service.hold.why} (${service.hold.by}, ${service.hold.at}).`,
    );
  const line = why.trim().replace(/\s+/g, ' ');
  return record(release, name, { ...service, hold: { why: line, ...author } }, author, {
    did: 'hold',
    note: line,
  });
}

/** Ends a hold. */
export function unhold(release: ReleaseConfig, name: string, author: Author): ReleaseConfig {
  const { hold: held, ...service } = serviceOf(release, name);
  if (!held) throw new Refusal(`${name} is not on hold.`);
  return record(release, name, service, author, { did: 'unhold', note: held.why });
}

/** All edges answer the public with 503, or no longer. */
export function setMaintenance(
  release: ReleaseConfig,
  name: string,
  on: boolean,
  author: Author,
): ReleaseConfig {
  const { maintenance, ...service } = serviceOf(release, name);
  if ((maintenance ?? false) === on) return release;
  return edit(
    release,
    name,
    recorded({ ...service, ...(on && { maintenance: on }) }, author, {
      did: 'maintenance',
      to: on ? 'on' : 'off',
    }),
  );
}

/** `1.5.0` of `1.5.0-rc.2`. */
export function stableVersion(version: string): string {
  const { major, minor, patch } = semver.parse(version)!;
  return `${major}.${minor}.${patch}`;
}

/** The service of that name. @throws Refusal naming those that there are. */
export function serviceOf(release: ReleaseConfig, name: string): ServiceRelease {
  const service = entryOf(release.services, name);
  if (service) return service;
  const known = Object.keys(release.services);
  throw new Refusal(
    `${name} has no release yet. ${known.length > 0 ? `Those that have one: ${known.join(', ')}. ` : ''}` +
      `The first one is made by: evenkeel prerelease ${name} VERSION.`,
  );
}

export function refuseOnHold({ hold: held }: ServiceRelease, name: string): void {
  if (held)
    throw new Refusal(
      `${name} is on hold: ${held.why} (${held.by}, ${held.at}). To end it: evenkeel unhold ${name}.`,
    );
}

function needCandidate(service: ServiceRelease, name: string): Release {
  const candidate = candidateOf(service);
  if (candidate) return candidate;
  const idle = service[idleSlot(service)];
  throw new Refusal(
    `${name} has no candidate${idle ? `: ${idleSlot(service)} holds ${idle.version}` : ''}` +
      `${canRollBack(service) ? `, which was live before; to go back to it: evenkeel rollback ${name}` : ''}. ` +
      `A candidate is made by: evenkeel prerelease ${name} VERSION.`,
  );
}

function refuseLower(version: string, than: string, what: string, name: string): void {
  if (!semver.gt(version, than))
    throw new Refusal(
      `${version} is not above ${than}, ${what} of ${name}. Give it a higher version; to take it all the same, say --force ` +
        `(the history will say so).`,
    );
}

/** A change that the edges have to follow: it gets a generation of its own. */
export function edit(release: ReleaseConfig, name: string, service: ServiceRelease): ReleaseConfig {
  return { generation: release.generation + 1, services: { ...release.services, [name]: service } };
}

/** A change that is only written down. */
function record(
  release: ReleaseConfig,
  name: string,
  service: ServiceRelease,
  author: Author,
  entry: Omit<HistoryEntry, keyof Author>,
): ReleaseConfig {
  return { ...release, services: { ...release.services, [name]: recorded(service, author, entry) } };
}

/** The service with one more entry in its history. */
export function recorded(
  service: ServiceRelease,
  author: Author,
  entry: Omit<HistoryEntry, keyof Author>,
): ServiceRelease {
  return { ...service, history: [...(service.history ?? []), { ...author, ...entry }].slice(-historyLength) };
}
