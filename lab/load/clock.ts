/**
 * The load's clock: milliseconds since 1970, with fractions, and never going back. Take instants that are compared with
 * the load's own from here: `Date.now()` is cut to whole milliseconds, and jumps when the machine's time is set.
 */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}
