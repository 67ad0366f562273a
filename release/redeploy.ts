import type { ReleaseConfig } from '../config/site-config';
import { candidateOf, idleSlot, liveRelease } from './candidate-of';
import { Refusal } from './refusal';
import { edit, recorded, refuseOnHold, serviceOf, type Author } from './transitions';

/**
 * Puts the live version into the idle slot once more, as the candidate: with the environment, the secrets and the
 * settings that the stack file has by now, which a live slot never gets. A switch then makes it live.
 */
export function redeploy(release: ReleaseConfig, name: string, author: Author): ReleaseConfig {
  const service = serviceOf(release, name);
  refuseOnHold(service, name);
  const live = liveRelease(service);
  const candidate = candidateOf(service);
  if (candidate && candidate.digest !== live.digest)
    throw new Refusal(
      `${name} has a candidate, ${candidate.version}, which gets the new settings when it is deployed. Make it live (evenkeel ` +
        `switch ${name}), or take it away first: evenkeel abort ${name}.`,
    );
  if (service.canary > 0)
    throw new Refusal(
      `${service.canary} % of ${name}'s clients are on the candidate, so its slot can't be changed. Take them back first: ` +
        `evenkeel canary ${name} 0.`,
    );
  const next = { ...live, redeployed: release.generation + 1 };
  const idle = service[idleSlot(service)];
  const { replaced: earlier, ...rest } = service;
  const replaced = candidate ? earlier : idle;
  return edit(
    release,
    name,
    recorded({ ...rest, [idleSlot(service)]: next, ...(replaced && { replaced }) }, author, {
      did: 'redeploy',
      ...(idle && { from: idle.version }),
      to: live.version,
    }),
  );
}
