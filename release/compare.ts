import type { SlotName } from '../config/site-config';
import { isRolledOut } from './is-rolled-out';
import { formatPointer, otherSlot, settled, slotNames, type Pointer, type ServicePointer } from './pointer';

/** What is known of the running site, as far as a comparison needs it. */
export interface RunningRelease {
  /** The pointer in the label of the edge's Swarm service; undefined before the first deploy. */
  label?: Pointer;
  /** The pointer in the map of each edge that could be read. */
  edges: readonly Pointer[];
  /** Swarm's UpdateStatus.State of the edge service, e.g. `updating`, `paused`, `completed`; undefined when it never had an update. */
  rollout?: string;
  /** True when this `up` would change the edge's task template, which restarts the edges. */
  templateChanges: boolean;
}

/** How the wanted pointer stands to the running site. */
export interface Comparison {
  /** Why the wanted pointer must not be taken; each a whole sentence with its remedy. Empty when it may. */
  refusals: string[];
  /** By service: the slots that must not be touched, since the label or an edge sends the public there. */
  frozen: Record<string, SlotName[]>;
}

/**
 * Compares what the config wants with what runs, before anything is written: an old checkout, a revert or a second
 * laptop is refused here. The newest pointer known counts, be it in the label or in an edge's map: a label that
 * somebody rolled back by hand does not make an older config acceptable.
 */
export function compare(wanted: Pointer, running: RunningRelease): Comparison {
  const known = [running.label, ...running.edges].filter((each) => each !== undefined);
  const newest = newestPointer(known);
  const refusals = newest
    ? [
        ...refuseOlder(wanted, newest),
        ...refuseLiveSlotChange(wanted, newest),
        ...refuseServingSlotChange(wanted, newest, known),
        ...refuseOtherPrevious(wanted, newest),
        ...refuseDuringRollout(wanted, running),
      ]
    : [];
  return { refusals, frozen: frozenSlots(wanted, known) };
}

/** The pointer with the highest generation; undefined without any. */
export function newestPointer(pointers: readonly Pointer[]): Pointer | undefined {
  return pointers.reduce<Pointer | undefined>(
    (best, each) => (best && best.generation >= each.generation ? best : each),
    undefined,
  );
}

function refuseOlder(wanted: Pointer, newest: Pointer): string[] {
  if (wanted.generation < newest.generation)
    return [
      `evenkeel:release.generation is ${wanted.generation}, but the site runs generation ${newest.generation}: ` +
        `this config is older than what runs (an old checkout, or a revert). Nothing was touched. Take the newest ` +
        `config (git pull); to go back to an older version on purpose, put it into the config under generation ` +
        `${newest.generation + 1}.`,
    ];
  if (wanted.generation === newest.generation && formatPointer(wanted) !== formatPointer(settled(newest)))
    return [
      `evenkeel:release.generation is ${wanted.generation}, and the site runs that generation with another content ` +
        `(${differences(settled(newest), wanted).join(', ')}). Each change of a release needs a generation of its own: ` +
        `set evenkeel:release.generation to ${newest.generation + 1}.`,
    ];
  return [];
}

function refuseLiveSlotChange(wanted: Pointer, newest: Pointer): string[] {
  if (wanted.generation <= newest.generation) return []; // said already, in the words that help
  const refusals: string[] = [];
  for (const [name, running] of Object.entries(newest.services)) {
    const service = wanted.services[name];
    if (!service) continue;
    for (const slot of slotNames) {
      const runs = running.digests[slot];
      const wants = service.digests[slot];
      const key = `evenkeel:release.services.${name}.${slot}`;
      if (slot === running.live && runs !== wants)
        refusals.push(
          `${key}.digest is ${wants ?? 'not set'}, but ${slot} is the live slot of ${name} and runs ${runs}: a live ` +
            `slot can't be changed. Put the new version into ${otherSlot(slot)}, the idle slot, and then switch ` +
            `evenkeel:release.services.${name}.live to ${otherSlot(slot)}.`,
        );
      else if (runs && !wants)
        refusals.push(
          `${key} is not set, but the slot runs ${runs}: a slot is never deleted in a release, since a rollback ` +
            `needs it. Put back its version and digest.`,
        );
    }
  }
  return refusals;
}

/**
 * A slot that is frozen for another reason than that it is live: an edge has not followed yet, the label could not be
 * written by a rollback, the candidate has a canary share, or the nodes are just rolling to or from it. Its update would be left out and its gate could never pass.
 */
function refuseServingSlotChange(wanted: Pointer, newest: Pointer, known: readonly Pointer[]): string[] {
  if (wanted.generation <= newest.generation) return [];
  return Object.entries(wanted.services).flatMap(([name, { digests }]) =>
    slotNames.flatMap((slot) => {
      const wants = digests[slot];
      if (!wants || newest.services[name]?.live === slot) return []; // said by refuseLiveSlotChange
      const serves = newestPointer(
        known.filter(
          ({ services }) =>
            servingSlots(services[name]).includes(slot) && digestIn(services[name]!, slot) !== wants,
        ),
      );
      if (!serves) return [];
      const runs = digestIn(serves.services[name]!, slot);
      return [
        `evenkeel:release.services.${name}.${slot}.digest is ${wants}, but the label or an edge still has generation ` +
          `${serves.generation}, which sends clients to ${slot} of ${name} (${runs}): a slot that serves can't be changed. ` +
          `Put that digest and its version back, run pulumi up, so that all edges follow, and then change the slot.`,
      ];
    }),
  );
}

/**
 * A way back to something else than what was live before: a checkout that went its own way has reached a higher generation.
 * (`previous` left out is a switch by hand, or what a rollback leaves.)
 */
function refuseOtherPrevious(wanted: Pointer, newest: Pointer): string[] {
  if (wanted.generation <= newest.generation) return [];
  return Object.entries(wanted.services).flatMap(([name, { live, previous }]) => {
    const running = newest.services[name];
    if (!running || !previous) return [];
    const before = running.live === live ? running.previous : running.digests[running.live];
    if (previous === before) return [];
    return [
      `evenkeel:release.services.${name}.previous is ${previous}, but what was live before ${live} is ` +
        `${before ?? 'not known'}: this config is not made from what runs (an old checkout, or a switch by hand). Take the ` +
        `newest config (git pull); after a switch by hand, leave previous out.`,
    ];
  });
}

function refuseDuringRollout(wanted: Pointer, running: RunningRelease): string[] {
  if (!running.label || formatPointer(wanted) === formatPointer(running.label)) return [];
  const refusals: string[] = [];
  if (running.templateChanges)
    refusals.push(
      `This would restart the edges (a change of evenkeel:edge) and change the pointer (evenkeel:release) in one go. ` +
        `A rollout of the edges that fails would take the pointer back with it. Do one after the other: take the ` +
        `change of evenkeel:release out, run pulumi up, put it back, run pulumi up.`,
    );
  if (!isRolledOut(running.rollout))
    refusals.push(
      `The rollout of the edges is not complete (Swarm says "${running.rollout}"), and a pointer must not change ` +
        `under it. See why with: docker service ps evenkeel-edge --no-trunc. Then finish it with evenkeel:release as ` +
        `it was: correct evenkeel:edge and run pulumi up.`,
    );
  return refusals;
}

function frozenSlots(wanted: Pointer, known: readonly Pointer[]): Record<string, SlotName[]> {
  const frozen: Record<string, SlotName[]> = {};
  for (const [name, service] of Object.entries(wanted.services)) {
    const lives = known.flatMap((pointer) => servingSlots(pointer.services[name]));
    // Before the first deploy: what the config calls live, so that a pair always has a frozen slot (policy live-slot-frozen).
    const distinct = new Set(lives.length > 0 ? lives : [service.live]);
    frozen[name] = slotNames.filter((slot) => distinct.has(slot));
  }
  return frozen;
}

/** What a slot has: an `up` that was killed while nodes rolled has left the label behind, but for what it says of the roll. */
function digestIn({ live, digests, rolling }: ServicePointer, slot: SlotName): string | undefined {
  return rolling && slot !== live ? rolling.idle : digests[slot];
}

/** Slots that get clients: the live one, and with a canary share, or while nodes roll, the idle one too. */
function servingSlots(service: ServicePointer | undefined): SlotName[] {
  if (!service) return [];
  return service.canary > 0 || service.rolling ? [service.live, otherSlot(service.live)] : [service.live];
}

/** The lines in which two pointers differ, as `key: old -> new`, sorted. */
export function differences(from: Pointer, to: Pointer): string[] {
  const lines = (pointer: Pointer) =>
    new Map(
      formatPointer(pointer)
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    );
  const before = lines(from);
  const after = lines(to);
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key}: ${before.get(key) ?? 'none'} -> ${after.get(key) ?? 'none'}`);
}
