import { fisherExact, fisherPower, isSignificant, type FailureCount } from './fisher-exact';
import { compareQuantile, quantileOf, type QuantileComparison, type Tolerance } from './quantile-comparison';

/** What an edge saw of one request that it sent to a slot. */
export interface SlotSample {
  /** When the request began, in ms since 1970. */
  at: number;
  /** The slot failed it. */
  failed: boolean;
  /** Somebody else than the slot ended it, a client most of the time: it says nothing of the slot and isn't judged. */
  aborted: boolean;
  /** Time until the answer's headers, in ms; of a failed request, until it failed. Not negative. */
  ms: number;
}

/** All that the edges saw of one slot, in any order, each request once. */
export type SlotSamples = readonly SlotSample[];

/** How a share is judged. Rates are parts of 1, times are ms. */
export interface CanaryRules {
  /** Requests that began earlier than this after the share was given are left out, of both slots. */
  warmUp: number;
  /** The highest chance, at one judgement, to call a candidate worse that is as good as live. Half of it is for each test. */
  alpha: number;
  /** How many more of its requests, as a part of all, the candidate must fail for `power` to be promised. */
  detect: number;
  /** The least chance to find that candidate worse; with fewer requests than that takes, a share is inconclusive. */
  power: number;
  /** How much slower the candidate may be. */
  tolerance: Tolerance;
  /** From how many requests of each slot on the p99 is compared; below it is the median. */
  p99From: number;
}

/**
 * The rules unless told otherwise.
 *
 * - `warmUp` 10 s: connections are opened, caches filled and code compiled with the first requests. Our choice.
 * - `alpha` 0.01: four judgements of one release stop a good candidate in at most 4 of 100 releases (see `judgeCanary`).
 * - `detect` 0.05 and `power` 0.95: a candidate that fails one request in twenty is found 19 times in 20. At least one
 *   failure would be SEEN in 95 % with ln 0.05 / ln 0.95 = 59 requests; to be sure that it is no accident takes more,
 *   and how many depends on live: at a share of 5 % 93 requests of the candidate when live fails none (217 when live
 *   fails 1 %, 515 at 5 %), at 25 % 153, at 50 % 260. So the number is worked out each time and is no rule itself.
 * - `tolerance` 20 % and 5 ms, whichever is more: the candidate's caches see fewer requests, and nobody wants a release
 *   stopped for less. Kayenta, Netflix's judge, takes 25 % (NetflixACAJudge.scala, `tolerance = 0.25`). HAProxy counts
 *   whole ms, so that 1 ms against 2 ms is no doubling.
 * - `p99From` 1,000: of fewer requests the p99 is that of the ten slowest or less, and means nothing.
 */
export const canaryRules: CanaryRules = {
  warmUp: 10_000,
  alpha: 0.01,
  detect: 0.05,
  power: 0.95,
  tolerance: { relative: 0.2, absolute: 5 },
  p99From: 1000,
};

/**
 * The rules at 100 %. Nobody is on live then, so the candidate is compared with what live did in the window before, and how
 * fast a slot is also depends on what else its machines do at that time. CI saw the p99 of a good candidate at 25 ms where
 * live's had been 11 a minute before (p = 2e-7), since other work had begun. So only twice as slow counts there, and 100 ms
 * at least: a candidate that falls over under all of the load. Our choice.
 */
export const fullShareRules: CanaryRules = {
  ...canaryRules,
  tolerance: { relative: 1, absolute: 100 },
};

/** How many of a slot's samples were judged, and how many were not. Earlier ones than the share are in none of them. */
export interface SlotCounts {
  /** Judged requests, with those that failed. */
  requests: number;
  failed: number;
  /** Left out: ended by others than the slot, after the warm-up. */
  aborted: number;
  /** Left out: began in the warm-up. */
  warmUp: number;
}

/** The judgement of one share. Only after `better` may the share grow. */
export interface CanaryVerdict {
  /**
   * `worse`: it fails more or is slower, and that is no accident. `inconclusive`: not worse, but of so few requests it
   * could not have been said. `better`: not worse, of enough requests to have said so (no improvement is asked for), or
   * it fails less than live, and that is no accident.
   */
  verdict: 'better' | 'worse' | 'inconclusive';
  /** A sentence for a person, with the numbers. */
  reason: string;
  samples: { live: SlotCounts; candidate: SlotCounts };
}

/**
 * Judges a candidate by what the edges saw of both slots in the same window, once, at the end of a share's bake.
 *
 * Failures are compared with Fisher's exact test. So is latency, by a quantile: the p99 when both slots have `p99From`
 * requests (and live's isn't a failed one, which says nothing of speed), else the median. A failed request counts as
 * slower than any: else a candidate would look fast by failing fast, and one that mends a failing live slot, slow.
 *
 * A good candidate is called worse with a chance of `alpha` or less, as both tests are exact. `--auto 5,25,50,100` is
 * four judgements of different requests at most, so with the defaults a good release is stopped in at most
 * 1 − 0.99⁴ = 3.9 % (by the spec's simulation: far less, because of the tolerance and of whole numbers). This holds for
 * requests that fail and take their time independently; a single client whose every request is slow can be on one side
 * only, and at a small share with few clients that weighs more than chance.
 *
 * @param since when the share was given, in ms since 1970, by the same clock as `at`.
 */
export function judgeCanary(
  { live, candidate, since }: { live: SlotSamples; candidate: SlotSamples; since: number },
  rules: CanaryRules = canaryRules,
): CanaryVerdict {
  const [ofLive, ofCandidate] = [live, candidate].map((samples) => judged(samples, since, rules.warmUp)) as [
    Judged,
    Judged,
  ];
  const samples = { live: ofLive.counts, candidate: ofCandidate.counts };
  const [liveCount, candidateCount] = [failures(ofLive), failures(ofCandidate)];
  if (liveCount.of === 0 || candidateCount.of === 0) {
    const none = candidateCount.of === 0 ? 'the candidate' : 'live';
    return { verdict: 'inconclusive', reason: `${none} got no request ${afterWarmUp(rules)}`, samples };
  }
  const half = rules.alpha / 2;
  const failureP = fisherExact(candidateCount, liveCount);
  const latency = compareLatency(ofLive.times, ofCandidate.times, rules);
  const worse = [
    ...(isSignificant(failureP, half)
      ? [`${failureText(candidateCount, liveCount)} (p ${formatP(failureP)})`]
      : []),
    ...(isSignificant(latency.p, half)
      ? [`${latencyText(latency)} (of ${requestsText(candidateCount, liveCount)}, p ${formatP(latency.p)})`]
      : []),
  ];
  if (worse.length > 0) return { verdict: 'worse', reason: worse.join('; '), samples };
  const seen = `${failureText(candidateCount, liveCount)}; ${latencyText(latency)}`;
  const enough = fisherPower(rules.detect, candidateCount.of, liveCount, half) >= rules.power;
  // A live slot that fails often would need many requests to show a candidate that fails a little more, but few to show one that mends it.
  const failsLess = isSignificant(fisherExact(liveCount, candidateCount), half);
  if (!enough && !failsLess)
    return {
      verdict: 'inconclusive',
      reason: `too few requests ${afterWarmUp(rules)}: ${seen}. ${neededText(candidateCount, liveCount, rules)}`,
      samples,
    };
  return { verdict: 'better', reason: `no worse than live: ${seen}`, samples };
}

/** What is judged of a slot. */
interface Judged {
  counts: SlotCounts;
  /** ms of each judged request; Infinity of a failed one. */
  times: Float64Array;
}

function judged(samples: SlotSamples, since: number, warmUp: number): Judged {
  const ofShare = samples.filter(({ at }) => at >= since);
  const warm = ofShare.filter(({ at }) => at >= since + warmUp);
  const kept = warm.filter(({ aborted }) => !aborted);
  return {
    counts: {
      requests: kept.length,
      failed: kept.filter(({ failed }) => failed).length,
      aborted: warm.length - kept.length,
      warmUp: ofShare.length - warm.length,
    },
    times: Float64Array.from(kept, ({ failed, ms }) => (failed ? Infinity : ms)),
  };
}

function failures({ counts }: Judged): FailureCount {
  return { failed: counts.failed, of: counts.requests };
}

function compareLatency(
  live: Float64Array,
  candidate: Float64Array,
  { p99From, tolerance }: CanaryRules,
): QuantileComparison & { quantile: string } {
  const many = live.length >= p99From && candidate.length >= p99From;
  return many && quantileOf(live, 0.99) < Infinity
    ? { quantile: 'p99', ...compareQuantile(live, candidate, 0.99, tolerance) }
    : { quantile: 'median', ...compareQuantile(live, candidate, 0.5, tolerance) };
}

/** Looking further than to this many requests of the candidate is no use: no small site has them in a bake. */
const mostNeeded = 1_000_000;

/** How many requests would have been enough, both slots going on as they did. */
function neededText(
  candidate: FailureCount,
  live: FailureCount,
  { detect, power, alpha }: CanaryRules,
): string {
  for (let scale = 1; candidate.of * scale < mostNeeded; scale *= 1.02) {
    const requests = Math.ceil(candidate.of * scale);
    const then = { failed: Math.round(live.failed * scale), of: Math.round(live.of * scale) };
    if (fisherPower(detect, requests, then, alpha / 2) >= power)
      return `It takes about ${formatCount(roughly(requests))} of the candidate's, and live's beside them, to find ${formatPercent(detect)} more failures`;
  }
  return `No bake is long enough at this share to find ${formatPercent(detect)} more failures`;
}

/** Rounded up to two digits. */
function roughly(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / step) * step;
}

function failureText(candidate: FailureCount, live: FailureCount): string {
  const rate = ({ failed, of }: FailureCount) => (failed > 0 ? ` (${formatPercent(failed / of)})` : '');
  return (
    `candidate ${formatCount(candidate.failed)} of ${formatCount(candidate.of)} requests failed${rate(candidate)}, ` +
    `live ${formatCount(live.failed)} of ${formatCount(live.of)}${rate(live)}`
  );
}

function latencyText({ quantile, candidate, live }: ReturnType<typeof compareLatency>): string {
  return `candidate's ${quantile} ${formatMs(candidate)}, live's ${formatMs(live)}`;
}

function requestsText(candidate: FailureCount, live: FailureCount): string {
  return `${formatCount(candidate.of)} and ${formatCount(live.of)} requests`;
}

function afterWarmUp({ warmUp }: CanaryRules): string {
  return warmUp > 0 ? `after the first ${warmUp / 1000} s of the share` : 'in this share';
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function formatPercent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function formatMs(ms: number): string {
  return ms === Infinity ? 'is a failed request' : `${Math.round(ms).toLocaleString('en-US')} ms`;
}

/** `= 0.004`, `= 3e-16`; what a double can't hold is `< 1e-300`. */
function formatP(p: number): string {
  if (p >= 0.001) return `= ${p.toFixed(3)}`;
  return p > 0 ? `= ${p.toExponential(0)}` : '< 1e-300';
}
