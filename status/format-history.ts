import type { History, ServiceHistoryEntry } from './history';
import { painter } from './paint';
import { localTime, type TextOptions } from './short-text';
import { table } from './table';

/** The history for people, with local times. Ends in a newline. */
export function formatHistory({ site, entries, cut, gitLog }: History, options: TextOptions): string {
  const paint = painter(options.colours);
  if (entries.length === 0)
    return `${site}: nothing was released with evenkeel yet. What Git knows: ${gitLog}\n`;
  const rows = entries.map((entry) => [
    localTime(entry.at, options.timeZone),
    entry.service,
    entry.did,
    change(entry),
    entry.by,
    entry.note ?? '',
  ]);
  const lines = table(['TIME', 'SERVICE', 'DID', 'CHANGE', 'BY', 'NOTE'], rows, paint);
  const rest =
    cut.length === 0
      ? []
      : [
          paint(
            'faint',
            `Of ${cut.join(', ')} only the newest entries are kept; the rest is in Git: ${gitLog}`,
          ),
        ];
  return [...lines, ...rest].join('\n') + '\n';
}

function change({ from, to }: ServiceHistoryEntry): string {
  if (from !== undefined && to !== undefined) return `${from} -> ${to}`;
  return to ?? from ?? '';
}
