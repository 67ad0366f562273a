/** What a check of an edge came to. */
export type CheckOutcome =
  | { kind: 'well'; generation: number }
  | { kind: 'failed'; why: string }
  /** It says itself that it is about to stop, or that its node is in maintenance. */
  | { kind: 'leaving'; why: string };

/** What a watchdog says of an edge. `unsure` while it has not been asked often enough. */
export type Vote = 'up' | 'down' | 'unsure';

/** What one watchdog has seen of an edge. */
export interface EdgeHealth {
  /** What was sure last. */
  sure: Vote;
  /** Failed checks in a row. */
  failures: number;
  /** Good checks in a row. */
  successes: number;
  /** When the present row of failures or successes began, in ms. */
  since: number;
  /** What the last failure was; undefined while none was seen. */
  why?: string;
}

/** Failed checks in a row after which an edge is down, and good ones after which it is up again (issue 6, part 3). */
export const failuresToRemove = 3;
export const successesToReturn = 5;

/** Before the first check. */
export const unseen: EdgeHealth = { sure: 'unsure', failures: 0, successes: 0, since: 0 };

/** What is known after one more check at `now`. */
export function afterCheck(health: EdgeHealth, outcome: CheckOutcome, now: number): EdgeHealth {
  if (outcome.kind === 'well') {
    const successes = health.successes + 1;
    return {
      sure: successes >= successesToReturn ? 'up' : health.sure,
      failures: 0,
      successes,
      since: successes === 1 ? now : health.since,
      ...(health.why === undefined ? {} : { why: health.why }),
    };
  }
  // Who says good-bye need not be asked three times.
  const failures = outcome.kind === 'leaving' ? failuresToRemove : health.failures + 1;
  return {
    sure: failures >= failuresToRemove ? 'down' : health.sure,
    failures,
    successes: 0,
    since: health.failures === 0 ? now : health.since,
    why: outcome.why,
  };
}

/**
 * The vote: sure only while the last check agrees with it. The first failure of an edge that was up, and the first success
 * of one that was down, make it unsure; from then on the other watchdogs are asked (see `votes.ts`).
 */
export function voteOf({ sure, failures, successes }: EdgeHealth): Vote {
  if (sure === 'up' && failures === 0) return 'up';
  if (sure === 'down' && successes === 0) return 'down';
  return 'unsure';
}
