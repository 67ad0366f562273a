/** States of Swarm's UpdateStatus in which every task has the template that it is to have (Docker Engine API, Service). */
const finished: ReadonlySet<string> = new Set(['completed', 'rollback_completed']);

/**
 * Whether the last rollout of a Swarm service is over and left nothing as it was, so that no task is about to restart.
 *
 * @param state Swarm's UpdateStatus.State, e.g. `updating`, `paused`, `completed`; undefined or empty: there never was one.
 */
export function isRolledOut(state: string | undefined): boolean {
  return !state || finished.has(state);
}
