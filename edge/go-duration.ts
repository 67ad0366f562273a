/** Milliseconds in Go's format of a duration, in the form in which Docker gives it back (`1m0s`, not `60s`). */
export function goDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const rest = ms % 60_000;
  if (ms > 0 && ms < 1000) return `${ms}ms`;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest / 1000}s`;
}
