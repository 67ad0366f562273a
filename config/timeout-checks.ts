import { formatDuration } from './duration';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

/** An idle slot is not updated while an old HAProxy worker may still finish requests on it. */
export function drainOutlastsHardStop({ edge }: Parts<StackConfig>): Mistake[] {
  const { drain, hardStop } = edge?.timeouts ?? {};
  if (drain === undefined || hardStop === undefined || drain >= hardStop) return [];
  return [
    mistake(
      ['edge', 'timeouts', 'drain'],
      formatDuration(drain),
      `hardStop or more, so at least ${formatDuration(hardStop)}`,
      'Make drain longer or hardStop shorter.',
    ),
  ];
}
