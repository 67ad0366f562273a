import type { Release, ServiceRelease, SlotName } from '../config/site-config';
import { otherSlot } from './pointer';

/** The entry of a service. By the name alone, `constructor` would find what every JavaScript object has. */
export function entryOf<T>(services: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(services, name) ? services[name] : undefined;
}

/** The slot that is not live. */
export function idleSlot(service: Pick<ServiceRelease, 'live'>): SlotName {
  return otherSlot(service.live);
}

/** What is live. Config demands that there is something. */
export function liveRelease(service: ServiceRelease): Release {
  return service[service.live]!;
}

/**
 * The candidate: what the idle slot holds, unless that is what was live before the last switch (then it is what a
 * rollback goes back to) or the very image that is live, not deployed anew since.
 */
export function candidateOf(service: ServiceRelease): Release | undefined {
  const idle = service[idleSlot(service)];
  const live = liveRelease(service);
  const isLive = idle?.digest === live.digest && idle.redeployed === live.redeployed;
  return !idle || isSame(idle, service.previous) || isLive ? undefined : idle;
}

/** Whether a rollback has something to go back to: the idle slot still holds what was live before. */
export function canRollBack(service: ServiceRelease): boolean {
  return isSame(service[idleSlot(service)], service.previous);
}

/** Whether both are there and are one version with one image, deployed at the same time. */
export function isSame(one: Release | undefined, other: Release | undefined): boolean {
  return (
    one !== undefined &&
    one.version === other?.version &&
    one.digest === other.digest &&
    one.redeployed === other.redeployed
  );
}
