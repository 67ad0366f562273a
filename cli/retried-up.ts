import { managerLost, viewManagers } from '../edge/managers-view';
import type { SiteConfig } from '../config/site-config';
import { LockedError, up, UpError, type StackPlace } from './converge';

/** How often an `up` is given again: two machines of five may die under it, one after the other. */
const retries = 2;

/**
 * `up`, and once more when it failed while a manager died under it: Pulumi's docker provider speaks to one manager from
 * its start to its end, and a Swarm that elects a leader takes nothing. Any other failure is the caller's, at once.
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
      if (!lost) throw error;
      log(error.message);
      log(`${lost}: pulumi up begins again, and goes on from here`);
    }
  }
}
