import type { Release, ServiceRelease } from '../config/site-config';
import { candidateOf, canRollBack, entryOf, liveRelease } from '../release/candidate-of';
import { follows, type SiteView } from './site-view';

/** What one site needs so that all are back. */
export interface RollbackStep {
  site: string;
  /**
   * `flip`: its edges go back at once. `up`: its stack file has gone back, and the site has not followed. `write`: it can't
   * be reached, so only its stack file goes back: the site follows with the next command. `wait`: that is done already.
   */
  needs: 'flip' | 'up' | 'write' | 'wait';
}

/**
 * Which sites go back, in their order. Those that have the version that is to be taken back: what is live at the first
 * site or, where that has gone back already, what it was taken from. A site that the release has not reached is left
 * alone, although it too could go back, to something older.
 *
 * @param views the sites that have the service, in the order of a release. At least one.
 * @returns empty: no site has anything to go back from.
 */
export function planRollback(service: string, views: readonly SiteView[]): RollbackStep[] {
  const first = entryOf(views[0]!.release.services, service);
  const taken = first && takenBack(first);
  return views.flatMap((view): RollbackStep[] => {
    const { site, running } = view;
    const entry = entryOf(view.release.services, service);
    if (!entry || !taken) return [];
    if (canRollBack(entry) && has(taken, entry)) return [{ site, needs: running ? 'flip' : 'write' }];
    if (entry.history?.at(-1)?.did !== 'rollback' || follows(view)) return [];
    return [{ site, needs: running ? 'up' : 'wait' }];
  });
}

/** What is taken back, and what the public gets instead; by digest, since a release gives an image another version. */
interface TakenBack {
  from?: Release;
  to: Release;
}

function takenBack(first: ServiceRelease): TakenBack {
  const live = liveRelease(first);
  if (canRollBack(first)) return { from: live, to: first.previous! };
  // After a rollback the version that was taken back is the candidate, until somebody takes it away.
  return { from: candidateOf(first), to: live };
}

function has({ from, to }: TakenBack, entry: ServiceRelease): boolean {
  const live = liveRelease(entry).digest;
  const before = entry.previous?.digest;
  // After a `redeploy` both slots hold one image.
  if (from?.digest === to.digest) return live === to.digest && before === to.digest;
  return live !== to.digest && (live === from?.digest || before === to.digest);
}
