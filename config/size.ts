import { formatUnitText, parseUnitText, type Units } from './unit-text';

/** Powers of two only, under their unambiguous names (IEC 80000-13): what `4GB` means depends on whom one asks. */
const UNITS: Units = [
  ['B', 1],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
];

/** Bytes of a text such as `512B`, `64KiB`, `128MiB`, `4GiB` or `1TiB`; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  return parseUnitText(text, UNITS);
}

/** Bytes as a stack file writes them, in the largest unit that fits exactly: 1572864 is `1536KiB`. */
export function formatSize(bytes: number): string {
  return formatUnitText(bytes, UNITS);
}
