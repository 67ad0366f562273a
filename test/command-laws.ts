import semver from 'semver';
import type { Release, ReleaseConfig } from '../config/site-config';
import { releaseImage } from '../edge/candidate';
import { candidateOf, entryOf, liveRelease } from '../release/candidate-of';
import { differences } from '../release/compare';
import { pointerFromConfig } from '../release/pointer';
import { historyLength } from '../release/transitions';
import { must } from './model-site';
import type { Act } from './releases';

/** What holds of the stack file from one command to the next. @throws Error naming the law that is broken. */
export function refuseBrokenStep(
  before: ReleaseConfig,
  next: ReleaseConfig,
  name: string,
  { did }: Act,
): void {
  const service = next.services[name]!;
  const live = service[service.live];
  must(live !== undefined, 'live has no version');
  must(service.canary === 0 || candidateOf(service) !== undefined, 'a canary share without a candidate');
  must((service.history ?? []).length <= historyLength, 'the history is too long');
  const [from, to] = [before, next].map(pointerFromConfig);
  const changed = differences({ ...from!, generation: to!.generation }, to!).length > 0;
  must(
    next.generation - before.generation === 1 || (!changed && next.generation === before.generation),
    'a change under an old generation',
  );
  for (const [other, entry] of Object.entries(before.services))
    must(other === name || next.services[other] === entry, 'another service was changed');
  const had = entryOf(before.services, name);
  if (!had) return;
  const tested = did === 'switch' || did === 'release --switch' ? candidateOf(had) : liveRelease(had);
  must(
    tested === liveRelease(had) ? service.live === had.live : service.live !== had.live,
    'another slot is live',
  );
  must(
    tested !== undefined && imageOf(live) === imageOf(tested),
    'live is not the very image that was live before, or the candidate',
  );
  if (did.startsWith('release')) must(semver.prerelease(live.version) === null, 'a release is not stable');
}

function imageOf(release: Release): string {
  return releaseImage({ repository: 'registry.example.com/shop' }, release);
}
