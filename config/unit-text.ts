/** The units of a text such as `2s` or `4GiB`, with their size in the smallest one, smallest first. */
export type Units = readonly (readonly [unit: string, size: number])[];

/**
 * The number of smallest units that `text` (a whole number and a unit) stands for; undefined when it is
 * not of that form or not exact as a JavaScript number.
 */
export function parseUnitText(text: string, units: Units): number | undefined {
  const match = /^(0|[1-9][0-9]*)([A-Za-z]+)$/.exec(text);
  const size = units.find(([unit]) => unit === match?.[2])?.[1];
  if (match === null || size === undefined) return undefined;
  const value = Number(match[1]) * size;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `value` in the largest unit in which it is a whole number. `value` is a whole number, 0 or more. */
export function formatUnitText(value: number, units: Units): string {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${value} is not a whole number of 0 or more`);
  const [unit, size] = units.findLast(([, size]) => value >= size && value % size === 0) ?? units[0]!;
  return `${value / size}${unit}`;
}
