import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { entryOf } from './candidate-of';
import { differences } from './compare';
import {
  formatPointer,
  otherSlot,
  pointerFromConfig,
  settled,
  type Pointer,
  type ServicePointer,
} from './pointer';
import { Refusal } from './refusal';
import { recorded, rollback, type Author } from './transitions';

/** What a rollback does, before it is done. */
export interface RollbackPlan {
  /** Version that the public had, and version that it gets; the same when a switch that was under way is called off. */
  from: string;
  to: string;
  /** For the edges and the label: what runs, with this one service gone back, under a generation above all that is known. */
  pointer: Pointer;
  /** For the stack file. */
  release: ReleaseConfig;
}

/**
 * How many generations a rollback is ahead of all that is known to it. One is not enough: an `up` from another checkout may
 * be under way with the next generation, and its switchover gives way only to a higher one. An `up` that fails leaves its
 * generation behind in its stack file, so that the next one may be some more ahead.
 */
export const rollbackLead = 10;

/**
 * A rollback goes by what runs, not by what the config says: an `up` that still runs, or has died half-way, may have
 * brought about any part of the config. Only this one service is touched in the pointer; whatever else the config has in
 * store takes its own way through the gate.
 *
 * @param running the newest pointer that the label or an edge's map has.
 * @throws Refusal when the config is not made from what runs, or the idle slot no longer holds what was live before.
 */
export function planRollback(
  release: ReleaseConfig,
  name: string,
  running: Pointer,
  author: Author,
): RollbackPlan {
  const runs = entryOf(running.services, name);
  if (!runs) throw new Refusal(`${name} does not run yet: no edge knows it. Run: pulumi up`);
  refuseOtherHistory(release, running);
  const wanted = entryOf(release.services, name);
  if (wanted) refuseOtherLive(wanted, name, runs);
  const underWay = wanted !== undefined && wanted.live !== runs.live;
  const next = underWay
    ? calledOff(release, name, wanted, runs, author)
    : goneBack(release, name, runs, author);
  const service = next.services[name]!;
  const generation = Math.max(release.generation, running.generation) + rollbackLead;
  const { previous, ...stays } = runs;
  const pointer: Pointer = {
    generation,
    services: { ...running.services, [name]: { ...stays, live: service.live, canary: 0 } },
  };
  const same = formatPointer(pointerFromConfig({ ...next, generation })) === formatPointer(settled(pointer));
  return {
    from: underWay ? service[service.live]!.version : wanted![wanted!.live]!.version,
    to: service[service.live]!.version,
    pointer,
    // What else the config has in store is a change of its own.
    release: { ...next, generation: same ? generation : generation + 1 },
  };
}

/** As `compare` refuses it of an `up`. */
function refuseOtherHistory(release: ReleaseConfig, running: Pointer): void {
  if (release.generation < running.generation)
    throw new Refusal(
      `The stack file has generation ${release.generation}, and the site runs generation ${running.generation}: the file ` +
        `is older than what runs. Take the newest one first (git pull).`,
    );
  if (release.generation > running.generation) return;
  const others = differences(settled(running), pointerFromConfig(release));
  if (others.length > 0)
    throw new Refusal(
      `The stack file has generation ${release.generation}, and the site runs that generation with another content ` +
        `(${others.join(', ')}): the file is not the one that runs. Take the newest one first (git pull).`,
    );
}

/** A file of another history may name another version, and another way back, than what the public has. */
function refuseOtherLive(wanted: ServiceRelease, name: string, runs: ServicePointer): void {
  const holds = wanted[runs.live];
  if (holds && holds.digest === runs.digests[runs.live]) return;
  throw new Refusal(
    `${runs.live} is live and runs ${runs.digests[runs.live]}, but the stack file has ${holds ? `${holds.version} (${holds.digest})` : 'nothing'} ` +
      `in it. Take the newest file first (git pull)` +
      `${wanted.live === runs.live ? '' : `; where that is what was put in after a switch that never came about: evenkeel abort ${name}`}.`,
  );
}

/** A switch that has not reached the edges yet: the public stays where it is, and the candidate where it is. */
function calledOff(
  release: ReleaseConfig,
  name: string,
  service: ServiceRelease,
  runs: ServicePointer,
  author: Author,
): ReleaseConfig {
  const { previous, ...rest } = service;
  const stays = otherSlot(service.live);
  // What no switch of this file was from is no switch under way: somebody else's switch, which the file does not know.
  if (previous?.digest !== runs.digests[stays])
    throw new Refusal(
      `The stack file calls ${service.live} of ${name} live, the site ${runs.live}, and the file says of no switch between ` +
        `the two: it is not made from what runs. Take the newest one first (git pull).`,
    );
  const next = recorded({ ...rest, live: stays, canary: 0 }, author, {
    did: 'rollback',
    from: service[service.live]!.version,
    to: service[stays]!.version,
    note: 'before the switch had reached the edges',
  });
  return { ...release, services: { ...release.services, [name]: next } };
}

function goneBack(
  release: ReleaseConfig,
  name: string,
  { live, digests, previous }: ServicePointer,
  author: Author,
): ReleaseConfig {
  const next = rollback(release, name, author);
  const idle = digests[otherSlot(live)];
  const back = next.services[name]![otherSlot(live)]!;
  if (idle === undefined || idle !== previous)
    throw new Refusal(
      `What runs in the idle slot of ${name} (${idle ?? 'nothing'}) is not what was live before (${previous ?? 'nothing'}): ` +
        `there is nothing to go back to.`,
    );
  if (idle !== back.digest)
    throw new Refusal(
      `The stack file would go back to ${back.version} (${back.digest}), the edges to ${idle}: the file is not made from what ` +
        `runs. Take the newest one first (git pull).`,
    );
  return next;
}
