/**
 * Writes a duration as the official plugin stores it: as Go does, without minutes or seconds that are zero.
 *
 * @param nanoseconds zero or more
 * @returns such as `90s` as `1m30s`, an hour as `1h`
 */
export function shortDuration(nanoseconds: number): string {
  return goText(nanoseconds).replace(/m0s$/, 'm').replace(/h0m$/, 'h');
}

/**
 * Writes a duration as Go's String() does.
 *
 * @param nanoseconds zero or more
 */
export function goText(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  for (const [unit, size] of [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
  ] as const) {
    if (nanoseconds < size * 1000) return `${nanoseconds / size}${unit}`;
  }
  const seconds = nanoseconds / 1e9;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${Number((seconds % 60).toFixed(9))}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
