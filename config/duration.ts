import { formatUnitText, parseUnitText, type Units } from './unit-text';

const UNITS: Units = [
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
];

/** Milliseconds of a text such as `500ms`, `2s`, `1m` or `1h`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  return parseUnitText(text, UNITS);
}

/** Milliseconds as a stack file writes them, in the largest unit that fits exactly: 90000 is `90s`. */
export function formatDuration(milliseconds: number): string {
  return formatUnitText(milliseconds, UNITS);
}
