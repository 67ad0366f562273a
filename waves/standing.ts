import type { ServiceRelease } from '../config/site-config';
import { candidateOf, entryOf, liveRelease } from '../release/candidate-of';
import { newestPointer } from '../release/compare';
import { otherSlot, pointerFromConfig, type Pointer } from '../release/pointer';
import type { SiteView } from './site-view';

/** What each site has of a service, in words: `fra 1.5.0-rc.1 live (generation 7), home 1.4.2 live (generation 6)`. */
export function standing(service: string, views: readonly SiteView[]): string {
  return views.map((view) => `${view.site} ${siteStanding(service, view)}`).join(', ');
}

function siteStanding(service: string, { release, running }: SiteView): string {
  const entry = entryOf(release.services, service);
  const pointer = running ? newestPointer(running) : pointerFromConfig(release);
  const runs = pointer && entryOf(pointer.services, service);
  if (!pointer || !runs) return 'nothing live';
  const live = versionOf(runs.digests[runs.live], entry);
  const idle = runs.digests[otherSlot(runs.live)];
  const candidate = entry && candidateOf(entry);
  const share = runs.canary > 0 ? ` with ${runs.canary} % of the clients` : '';
  const beside = candidate && candidate.digest === idle ? `, candidate ${candidate.version}${share}` : '';
  const by = running ? '' : 'not reached; its stack file: ';
  return `${live} live${beside} (${by}generation ${pointer.generation}${extra(runs)})`;
}

function extra({ maintenance, rolling }: Pointer['services'][string]): string {
  return `${maintenance ? ', maintenance' : ''}${rolling ? ', nodes are changing' : ''}`;
}

/** The version of a digest, by the stack file; the digest's beginning where that does not know it. */
function versionOf(digest: string | undefined, entry: ServiceRelease | undefined): string {
  const known = entry ? [liveRelease(entry), entry.blue, entry.green, entry.previous, entry.replaced] : [];
  return (
    known.find((each) => each?.digest === digest)?.version ??
    digest?.slice(0, 'sha256:'.length + 12) ??
    'nothing'
  );
}
