/** How many of a slot's requests failed (or did whatever else is counted). Whole numbers, 0 ≤ `failed` ≤ `of`. */
export interface FailureCount {
  failed: number;
  of: number;
}

/**
 * Fisher's exact test, one-sided: the chance that the candidate would get as many of all the failures as it did, or
 * more, if failures hit requests of both slots alike. It holds at every sample size, so nothing has to be assumed of
 * small ones. (R. A. Fisher, Statistical Methods for Research Workers, 5th ed. 1934, §21.02; the same as R's
 * `fisher.test(…, alternative = "greater")`.)
 *
 * Done in logarithms, so a million requests take well under a millisecond; relative error about 1e-8 at that size.
 *
 * @returns the p-value, from 0 (below 1e-308) to 1; 1 when a slot has no requests.
 * @throws RangeError when a count is none.
 */
export function fisherExact(candidate: FailureCount, live: FailureCount): number {
  for (const { failed, of } of [candidate, live])
    if (!Number.isSafeInteger(failed) || !Number.isSafeInteger(of) || failed < 0 || failed > of)
      throw new RangeError(`not a count of failures: ${failed} of ${of}`);
  const draws = candidate.of;
  const failures = candidate.failed + live.failed;
  const total = candidate.of + live.of;
  const successes = total - failures;
  return upperTail(candidate.failed, {
    least: Math.max(0, draws - successes),
    most: Math.min(failures, draws),
    mode: Math.floor(((failures + 1) * (draws + 1)) / (total + 2)),
    log: (k) => logChoose(failures, k) + logChoose(successes, draws - k) - logChoose(total, draws),
    ratio: (k) => ((failures - k) * (draws - k)) / ((k + 1) * (successes - draws + k + 1)),
  });
}

/**
 * Whether a p-value is `alpha` or less, also where it is `alpha` itself and the logarithms put it a hair above. R's
 * fisher.test compares with the same margin (its `relErr`, 1 + 1e-7).
 */
export function isSignificant(p: number, alpha: number): boolean {
  return p <= alpha * (1 + 1e-7);
}

/**
 * The chance that `fisherExact` gives `alpha` or less for a candidate that fails `rise` more often than live does.
 * Live's rate is taken as it was seen, so a live slot that fails often itself needs more requests for the same chance.
 *
 * @param rise 0.05 for five requests more in a hundred.
 * @param requests how many requests of the candidate are compared.
 * @returns 0 to 1; 0 when live has no requests.
 */
export function fisherPower(rise: number, requests: number, live: FailureCount, alpha: number): number {
  if (live.of === 0) return 0;
  const significant = (failed: number) => isSignificant(fisherExact({ failed, of: requests }, live), alpha);
  if (!significant(requests)) return 0;
  // The smallest number of failures that is significant: each one more makes the p-value smaller.
  let [low, high] = [0, requests];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (significant(middle)) high = middle;
    else low = middle + 1;
  }
  return binomialUpperTail(low, requests, Math.min(1, live.failed / live.of + rise));
}

/** The chance of `k` or more hits in `n` tries that each hit with the chance `p`. */
function binomialUpperTail(k: number, n: number, p: number): number {
  if (p <= 0 || p >= 1) return p >= 1 || k <= 0 ? 1 : 0;
  return upperTail(k, {
    least: 0,
    most: n,
    mode: Math.floor((n + 1) * p),
    log: (hits) => logChoose(n, hits) + hits * Math.log(p) + (n - hits) * Math.log1p(-p),
    ratio: (hits) => ((n - hits) / (hits + 1)) * (p / (1 - p)),
  });
}

/** A distribution over the whole numbers from `least` to `most` that rises up to `mode` and falls after it. */
interface Distribution {
  least: number;
  most: number;
  mode: number;
  /** Logarithm of the probability of k. */
  log: (k: number) => number;
  /** Probability of k + 1 over that of k. */
  ratio: (k: number) => number;
}

/** The chance of `k` or more. Summed from `k` away from the mode, where the terms only get smaller. */
function upperTail(k: number, { least, most, mode, log, ratio }: Distribution): number {
  if (k <= least) return 1;
  if (k > most) return 0;
  let sum = 0;
  if (k > mode) {
    for (let at = k, term = Math.exp(log(k)); at <= most && term > sum * 1e-17; at++) {
      sum += term;
      term *= ratio(at);
    }
    return Math.min(1, sum);
  }
  for (let at = k - 1, term = Math.exp(log(k - 1)); at >= least && term > sum * 1e-17; at--) {
    sum += term;
    if (at > least) term /= ratio(at - 1);
  }
  return Math.max(0, 1 - sum);
}

/** Logarithm of the number of ways to choose k of n. */
function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Logarithms of 0! to 15!, for which Stirling's series is not yet exact to a double. */
const smallLogFactorials = Array.from({ length: 16 }, (_, n) => {
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return Math.log(product);
});

/** Logarithm of n!; beyond 15! by Stirling's series (Abramowitz and Stegun 6.1.41), whose next term is below 1e-13 there. */
function logFactorial(n: number): number {
  const small = smallLogFactorials[n];
  if (small !== undefined) return small;
  const inverse = 1 / n;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}
