import type { LoadReport } from '../lab/load/load-report';

/**
 * Tells what a machine took along with it from what was lost. Taken is what was under way on a connection that was open to it
 * when it died, and got no answer: an answer of any status, or one before that, is the doing of somebody who was there.
 *
 * @param report only the failures that it lists can be taken; all others count as lost.
 * @param broke by the load's clock, between which instants the machine died; undefined: no connection died with it.
 */
export function losses(
  { lost, failures }: Pick<LoadReport, 'lost' | 'failures'>,
  broke: { since: number; until: number } | undefined,
): { lost: number; taken: number } {
  if (!broke) return { lost, taken: 0 };
  const taken = failures.filter(
    ({ kind, status, time, openedAt }) =>
      kind === 'lost' &&
      status === undefined &&
      time >= broke.since &&
      openedAt !== undefined &&
      openedAt <= broke.until,
  ).length;
  return { lost: lost - taken, taken };
}
