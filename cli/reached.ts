import type { ReleaseConfig, SiteConfig } from '../config/site-config';
import { slotServiceName } from '../edge/candidate';
import { SiteContact } from '../edge/site-contact';
import { readSiteState } from '../edge/site-state';
import { findService, imageOf } from '../edge/swarm-state';
import { formatPointer, pointerFromConfig, slotNames } from '../release/pointer';

/** How far an `up` got that failed: nothing, the slot has its new image, the edges or their label have the new generation. */
export type Reached = 'untouched' | 'slot' | 'edges' | 'unknown';

/** Looks how far the site has followed a release. */
export async function reached(site: SiteConfig, before: ReleaseConfig, service: string): Promise<Reached> {
  const contact = new SiteContact(site.nodes);
  try {
    const state = await readSiteState(site, contact);
    if (!state) return 'untouched';
    const pointers = [state.label, ...state.edges.map((edge) => edge.worker?.pointer)];
    const text = formatPointer(pointerFromConfig(site.release));
    // The content, not the generation: a site that is ahead of this stack file has refused it, and followed nothing of it.
    if (pointers.some((pointer) => pointer && formatPointer(pointer) === text)) return 'edges';
    for (const slot of slotNames) {
      const wants = site.release.services[service]?.[slot]?.digest;
      if (wants === undefined || wants === before.services[service]?.[slot]?.digest) continue;
      const found = await findService(state.manager.docker, slotServiceName(service, slot));
      if (imageOf(found)?.endsWith(`@${wants}`)) return 'slot';
    }
    return 'untouched';
  } catch {
    return 'unknown';
  } finally {
    contact.close();
  }
}
