import type { HooksConfig, Release, ServiceConfig, SlotName } from '../config/site-config';
import { entryOf } from '../release/candidate-of';
import { otherSlot, type Pointer, type ServicePointer } from '../release/pointer';
import type { WantedRelease } from './wanted-release';

/** Name of a hook, as the config has it. */
export type HookName = keyof HooksConfig;

/** A hook that has to be run now. */
export interface DueHook {
  service: ServiceConfig;
  /** One that the service has. */
  hook: HookName;
  /** Where `release` is, or is about to be put. */
  slot: SlotName;
  /** The candidate; of `afterRollback`, what the public is back on. */
  release: Release;
  /** What the public has until then; of an after-hook, what it had. */
  previousVersion: string;
}

/** What is wanted, as far as the hooks go by it. */
export type WantedHooks = Pick<WantedRelease, 'release'> & {
  site: Pick<WantedRelease['site'], 'services'>;
};

/**
 * `beforePrerelease` of each service whose idle slot is about to get another image. What a rollback would go back to, and
 * the very image that is live, are no news to anybody's database: they come back into the slot when a candidate is
 * taken away. Before the first deploy of a service there are none, since there is no idle slot.
 *
 * @param frozen by service: slots that this `up` does not touch.
 * @param imageIn digest of the image that a slot's Swarm service has; undefined where there is no such service.
 */
export function hooksBeforePrerelease(
  wanted: WantedHooks,
  label: Pointer | undefined,
  frozen: Readonly<Record<string, readonly SlotName[]>>,
  imageIn: (service: string, slot: SlotName) => string | undefined,
): DueHook[] {
  return withPointer(wanted, label).flatMap(({ service, runs }) => {
    const slot = otherSlot(runs.live);
    const release = wanted.release.services[service.name]![slot];
    if (!release || frozen[service.name]?.includes(slot)) return [];
    const known = [runs.digests[runs.live], runs.previous, imageIn(service.name, slot)];
    return known.includes(release.digest) ? [] : due(wanted, service, 'beforePrerelease', slot, runs.live);
  });
}

/** `beforeSwitch` of each service that is about to be switched; a rollback has none. */
export function hooksBeforeSwitch(wanted: WantedHooks, label: Pointer | undefined): DueHook[] {
  return switches(wanted, label).flatMap(({ service, slot, from, isRollback }) =>
    isRollback ? [] : due(wanted, service, 'beforeSwitch', slot, from),
  );
}

/**
 * `afterSwitch` of each service that at least one edge has to be switched for or, where that goes back to what was live
 * before, `afterRollback`.
 *
 * @param edges the pointers that these edges have before they are flipped.
 */
export function hooksAfterSwitch(wanted: WantedHooks, edges: readonly Pointer[]): DueHook[] {
  const found = new Map<string, DueHook>();
  // The newest last, so that it is the one that stays: an edge that was away for long may know another past.
  for (const pointer of [...edges].sort((a, b) => a.generation - b.generation))
    for (const { service, slot, from, isRollback } of switches(wanted, pointer))
      for (const hook of due(wanted, service, isRollback ? 'afterRollback' : 'afterSwitch', slot, from))
        found.set(service.name, hook);
  return [...found.values()];
}

/** A hook of a service, if it has this one. */
export function due(
  { release }: WantedHooks,
  service: ServiceConfig,
  hook: HookName,
  slot: SlotName,
  from: SlotName,
): DueHook[] {
  const slots = release.services[service.name]!;
  const candidate = slots[slot];
  if (!service.hooks?.[hook] || !candidate) return [];
  return [{ service, hook, slot, release: candidate, previousVersion: slots[from]?.version ?? '' }];
}

interface Switch {
  service: ServiceConfig;
  /** The slot that becomes live, and the one that was. */
  slot: SlotName;
  from: SlotName;
  isRollback: boolean;
}

function switches(wanted: WantedHooks, before: Pointer | undefined): Switch[] {
  return withPointer(wanted, before).flatMap(({ service, runs }) => {
    const { live: slot, ...slots } = wanted.release.services[service.name]!;
    if (slot === runs.live) return [];
    const digest = slots[slot]?.digest;
    return [{ service, slot, from: runs.live, isRollback: digest !== undefined && digest === runs.previous }];
  });
}

/** The services that run already, each with what the pointer says of it. */
function withPointer(
  { site }: WantedHooks,
  pointer: Pointer | undefined,
): { service: ServiceConfig; runs: ServicePointer }[] {
  return site.services.flatMap((service) => {
    const runs = pointer && entryOf(pointer.services, service.name);
    return runs ? [{ service, runs }] : [];
  });
}
