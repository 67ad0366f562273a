import type { Release, ServiceConfig, SlotName } from '../config/site-config';
import { slotNames, type Pointer } from '../release/pointer';
import type { WantedRelease } from './wanted-release';

/** A slot that the public is not sent to yet, and that must be proven good before it is. */
export interface Candidate {
  service: ServiceConfig;
  slot: SlotName;
  release: Release;
}

/** Name of the Swarm service of a slot. */
export function slotServiceName(service: string, slot: SlotName): string {
  return `${service}-${slot}`;
}

/** The image of a release: always with its digest (DESIGN.md: an image given by tag is a diff on every `up`). */
export function releaseImage(service: Pick<ServiceConfig, 'repository'>, release: Release): string {
  return `${service.repository}:${release.tag ?? release.version}@${release.digest}`;
}

/**
 * What the gate has to prove: before the first deploy every slot with a release, later each idle slot whose image is
 * new, or that the public or a canary share is about to be sent to.
 */
export function candidates(wanted: WantedRelease, label: Pointer | undefined): Candidate[] {
  return wanted.site.services.flatMap((service) => {
    const wants = wanted.release.services[service.name]!;
    const runs = label?.services[service.name];
    return slotNames.flatMap((slot) => {
      const release = wants[slot];
      if (!release || runs?.live === slot) return [];
      const isNew = runs?.digests[slot] !== release.digest;
      return !runs || isNew || wants.live === slot || wants.canary > 0 ? [{ service, slot, release }] : [];
    });
  });
}
