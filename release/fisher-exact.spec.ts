import * as fc from 'fast-check';
import { fisherExact, fisherPower, type FailureCount } from './fisher-exact';

/** n over k, exactly. */
function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let factor = 1; factor <= k; factor++) result = (result * BigInt(n - k + factor)) / BigInt(factor); // each step is itself a binomial coefficient
  return result;
}

/** The p-value by counting every way to give the failures to requests. */
function byEnumeration(candidate: FailureCount, live: FailureCount): number {
  const failures = candidate.failed + live.failed;
  let ways = 0n;
  for (let failed = candidate.failed; failed <= failures; failed++)
    ways += choose(candidate.of, failed) * choose(live.of, failures - failed);
  // 18 digits, which is more than a double has
  return Number((ways * 10n ** 18n) / choose(candidate.of + live.of, failures)) / 1e18;
}

const arbitraryCount = (most: number) =>
  fc.nat(most).chain((of) => fc.nat(of).map((failed): FailureCount => ({ failed, of })));

describe('fisherExact', () => {
  it('is what counting all cases gives', () => {
    fc.assert(
      fc.property(arbitraryCount(60), arbitraryCount(60), (candidate, live) => {
        expect(fisherExact(candidate, live)).toBeCloseTo(byEnumeration(candidate, live), 11);
      }),
      { numRuns: 2000 },
    );
  });

  // Worked out with whole numbers of any size (Python's math.comb).
  it.each<[FailureCount, FailureCount, number]>([
    [{ failed: 3, of: 4 }, { failed: 1, of: 4 }, 17 / 70], // Fisher's lady tasting tea
    [{ failed: 12, of: 240 }, { failed: 0, of: 4560 }, 1.8716767596946328e-16],
    [{ failed: 60, of: 50_000 }, { failed: 400, of: 950_000 }, 1.9964378080583524e-11],
    [{ failed: 160, of: 500_000 }, { failed: 40, of: 500_000 }, 1.6799033090032132e-18],
    [{ failed: 90, of: 500_000 }, { failed: 110, of: 500_000 }, 0.9313363301081211],
  ])('is exact far out and of a million requests: %j, %j', (candidate, live, p) => {
    expect(fisherExact(candidate, live) / p).toBeCloseTo(1, 7);
  });

  it('gets smaller with each further failure of the candidate', () => {
    fc.assert(
      fc.property(arbitraryCount(3000), arbitraryCount(3000), ({ failed, of }, live) => {
        fc.pre(failed < of);
        const one = fisherExact({ failed, of }, live);
        expect(fisherExact({ failed: failed + 1, of }, live)).toBeLessThanOrEqual(one);
      }),
    );
  });

  it('knows no difference without requests or failures', () => {
    expect(fisherExact({ failed: 0, of: 0 }, { failed: 5, of: 10 })).toBe(1);
    expect(fisherExact({ failed: 5, of: 10 }, { failed: 0, of: 0 })).toBe(1);
    expect(fisherExact({ failed: 0, of: 10 }, { failed: 0, of: 10 })).toBe(1);
  });

  it('is 0 where a double ends, and no NaN', () => {
    expect(fisherExact({ failed: 500_000, of: 500_000 }, { failed: 0, of: 500_000 })).toBe(0);
  });

  it.each([
    { failed: -1, of: 10 },
    { failed: 11, of: 10 },
    { failed: 0.5, of: 10 },
    { failed: NaN, of: 10 },
  ])('refuses %j, which is no count', (count) => {
    expect(() => fisherExact(count, { failed: 0, of: 10 })).toThrow(/not a count of failures/);
    expect(() => fisherExact({ failed: 0, of: 10 }, count)).toThrow(/not a count of failures/);
  });
});

describe('fisherPower', () => {
  /** The chance that the candidate's failures are significant, over all numbers of failures it may have. */
  function byEnumerationOfFailures(rise: number, of: number, live: FailureCount, alpha: number): number {
    const rate = Math.min(1, live.failed / live.of + rise);
    let power = 0;
    for (let failed = 0; failed <= of; failed++)
      if (byEnumeration({ failed, of }, live) <= alpha)
        power += Number(choose(of, failed)) * rate ** failed * (1 - rate) ** (of - failed);
    return power;
  }

  it('is the chance to find a candidate that fails more often', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        arbitraryCount(60),
        fc.constantFrom(0.01, 0.05, 0.3, 0.9),
        fc.constantFrom(0.005, 0.05),
        (requests, live, rise, alpha) => {
          fc.pre(live.of > 0);
          const expected = byEnumerationOfFailures(rise, requests, live, alpha);
          expect(fisherPower(rise, requests, live, alpha)).toBeCloseTo(expected, 9);
        },
      ),
      // Here the p-value of 57 failures is 0.05 itself.
      { examples: [[57, { failed: 2, of: 3 }, 0.05, 0.05]] },
    );
  });

  it.each([
    [93, 19, 0],
    [153, 3, 0],
    [260, 1, 0],
    [217, 19, 0.01],
    [515, 19, 0.05],
  ])(
    'reaches 95 % for 5 % with %d requests when live has %d times as many and fails %d',
    (requests, times, rate) => {
      const power = (of: number) =>
        fisherPower(0.05, of, { failed: Math.round(rate * of * times), of: of * times }, 0.005);
      expect(power(requests)).toBeGreaterThanOrEqual(0.95);
      expect(power(requests - 1)).toBeLessThan(0.95);
    },
  );

  it('is 0 when live has no requests, and when no number of failures would be significant', () => {
    expect(fisherPower(0.05, 1000, { failed: 0, of: 0 }, 0.005)).toBe(0);
    expect(fisherPower(0.05, 1, { failed: 0, of: 10 }, 0.005)).toBe(0);
  });
});
