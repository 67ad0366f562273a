import type { Vote } from './edge-health';
import type { Report } from './comments';

/** Another site's report, and when this process saw it change, by its own clock: nobody's clock need be right. */
export interface Heard {
  report: Report;
  /** In ms; undefined: it has not changed since this process began, so its writer may be long gone. */
  changedAt?: number;
}

/** What a watchdog knows when it judges an edge. */
export interface Judgement {
  /** Its own vote, as published. */
  own: Vote;
  /** Since when its published vote differs from what DNS has, in ms; undefined: they agree. */
  askedAt?: number;
  /** Place of the edge in the pool. */
  index: number;
  /** `definitionOf` its pool. */
  definition: string;
  heard: readonly Heard[];
  now: number;
}

/** The other watchdogs look at the API every 5 s: within this time, in ms, whoever lives and reaches it has answered. */
export const answerTime = 8000;

/** How long, in ms, a report counts after it changed: twice what its writer promised, and the time of a call. */
export function freshFor(within: number): number {
  return 2 * within * 1000 + 3000;
}

/** Whether a report was seen to change lately. */
export function isFresh({ report, changedAt }: Heard, now: number): boolean {
  return changedAt !== undefined && now - changedAt <= freshFor(report.within);
}

/**
 * What is to be done about an edge: `up` (its records are due), `down` (they must go), or `open` (nothing).
 *
 * A watchdog acts only on what it sees itself, after it has told the others and given them time to answer, and when more of
 * those who answered agree with it than not. Who does not answer is dead or can't reach the API, and so can't act either:
 * that is what makes one of two sites able to take the other out, while two that see differently and both reach the API
 * leave things as they are.
 */
export function judge({ own, askedAt, index, definition, heard, now }: Judgement): 'up' | 'down' | 'open' {
  if (own === 'unsure' || askedAt === undefined || now - askedAt < answerTime) return 'open';
  const answers = heard
    .filter(
      (each) => each.report.definition === definition && isFresh(each, now) && each.changedAt! >= askedAt,
    )
    .map(({ report }) => report.votes[index] ?? 'unsure');
  const agree = 1 + answers.filter((vote) => vote === own).length;
  const differ = answers.filter((vote) => vote !== own && vote !== 'unsure').length;
  return agree > differ ? own : 'open';
}
