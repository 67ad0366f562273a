import { setTimeout as sleep } from 'node:timers/promises';
import { managerLost, viewManagers } from '../edge/managers-view';
import type { SiteConfig } from '../config/site-config';
import { LockedError, up, UpError, type StackPlace } from './converge';

/** How often an `up` is given again: two machines of five may die under it, one after the other. */
const retries = 3;

/** Pause before an `up` that Swarm did not take, in ms: a manager that comes in has its log within seconds. */
const pause = 5000;

/**
 * Swarm's words for a change that its managers did not agree on in time. With two of them, one of which is only coming in, no
 * other one can make up for it (seen while all of a site's machines were restored on a busy machine).
 */
const notAgreed = /DeadlineExceeded|context deadline exceeded|swarm does not have a leader/i;

/**
 * `up`, and once more when it failed while a manager died under it, or while Swarm takes nothing: Pulumi's docker provider
 * speaks to one manager from its start to its end, and a Swarm that elects a leader takes nothing. Any other failure is the
 * caller's, at once.
 *
 * @throws UpError
 */
export async function retriedUp(
  place: StackPlace,
  site: Pick<SiteConfig, 'nodes' | 'services'>,
  message: string,
  log: (line: string) => void,
  options: Parameters<typeof up>[3] = {},
): Promise<void> {
  let looked = viewManagers(site);
  for (let left = retries; ; left--) {
    try {
      await up(place, message, log, options);
      return;
    } catch (error) {
      if (left === 0 || !(error instanceof UpError) || error instanceof LockedError) throw error;
      const before = await looked;
      looked = viewManagers(site);
      const after = before && (await looked);
      const lost = after && managerLost(before, after);
      const silent = notAgreed.test(error.message) && "the Swarm's managers did not agree in time";
      if (!lost && !silent) throw error;
      log(error.message);
      log(`${lost || silent}: pulumi up begins again, and goes on from here`);
      if (!lost) await sleep(pause);
    }
  }
}
