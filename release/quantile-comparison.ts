import { fisherExact } from './fisher-exact';

/** How much slower the candidate may be without being called slower. */
export interface Tolerance {
  /** Part of live's time: 0.2 is a fifth more. */
  relative: number;
  /** ms. */
  absolute: number;
}

/** A quantile of both slots' times, and whether the candidate's is higher. */
export interface QuantileComparison {
  /** ms; Infinity when it is that of a request which failed. */
  live: number;
  /** ms; Infinity when it is that of a request which failed. */
  candidate: number;
  /** The chance to see as many slow requests of a candidate that is slower by no more than the tolerance. */
  p: number;
}

/**
 * Compares a quantile of two slots' times without assuming anything of how times are spread: the precedence test
 * (N. Balakrishnan and H. K. T. Ng, Precedence-Type Tests and Applications, Wiley 2006). Of the candidate's requests
 * those are counted that took longer than live's quantile and the tolerance on top; live's own count above its
 * quantile is known by rank.
 *
 * Fisher's test on these two counts is exact although the limit is itself a sample's: that x or more of the candidate's
 * n times lie above live's j-th smallest of m is the same event as that the smallest j + n − x of all times hold j or
 * more of live's, and when both slots are alike that is hypergeometric. With equal times (HAProxy counts in whole ms),
 * and with a tolerance above 0, the true chance of a false alarm is lower still.
 *
 * @param live times in ms, in any order, at least one; a failed request's is Infinity, so that failing fast is not fast.
 * @param candidate like `live`.
 * @param quantile 0.5 for the median, 0.99 for the p99.
 */
export function compareQuantile(
  live: Float64Array,
  candidate: Float64Array,
  quantile: number,
  { relative, absolute }: Tolerance,
): QuantileComparison {
  const ofLive = quantileOf(live, quantile);
  const limit = Math.max(ofLive * (1 + relative), ofLive + absolute);
  return {
    live: ofLive,
    candidate: quantileOf(candidate, quantile),
    p: fisherExact(
      { failed: candidate.filter((ms) => ms > limit).length, of: candidate.length },
      { failed: live.length - rankOf(live, quantile), of: live.length },
    ),
  };
}

/**
 * The smallest of the times that at least the part `quantile` of them does not exceed (the nearest rank).
 *
 * @param times in any order, at least one.
 */
export function quantileOf(times: Float64Array, quantile: number): number {
  return times.toSorted()[rankOf(times, quantile) - 1]!;
}

/** Which one, in order from 1, is the quantile. */
function rankOf(times: Float64Array, quantile: number): number {
  return Math.max(1, Math.ceil(quantile * times.length));
}
