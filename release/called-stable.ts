import semver from 'semver';
import type { ServiceRelease } from '../config/site-config';
import { candidateOf, liveRelease } from './candidate-of';

/**
 * Whether the stack file says already what `release` would write, so that only the tag in the registry may be missing:
 * the edit came by a pull request, or the registry did not take the tag.
 *
 * @param version the stable version that is asked for; default: the one that is live, unless another candidate waits, which
 *   may be the one that is meant.
 */
export function isCalledStable(service: ServiceRelease, version?: string): boolean {
  const live = liveRelease(service);
  // `release` alone writes a tag beside a stable version: the one under which it was tested.
  if (service.hold || live.tag === undefined || semver.prerelease(live.version)) return false;
  return version === undefined ? candidateOf(service) === undefined : version === live.version;
}
