import * as fc from 'fast-check';
import { compareQuantile, quantileOf } from './quantile-comparison';

const none = { relative: 0, absolute: 0 };

const arbitraryTimes = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.nat(50) }, fc.constant(Infinity)), {
    minLength: 1,
    maxLength: 40,
  })
  .map((times) => Float64Array.from(times));

const arbitraryQuantile = fc.constantFrom(0.25, 0.5, 0.9, 0.99);

/** All ways to choose `size` of the numbers 0 to `of` - 1. */
function subsets(of: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const found: number[][] = [];
  for (let first = from; first <= of - size; first++)
    for (const rest of subsets(of, size - 1, first + 1)) found.push([first, ...rest]);
  return found;
}

describe('quantileOf', () => {
  it('is the smallest of the times that the wanted part does not exceed', () => {
    fc.assert(
      fc.property(arbitraryTimes, arbitraryQuantile, (times, quantile) => {
        const found = quantileOf(times, quantile);
        expect(times).toContain(found);
        const upTo = (limit: number) => times.filter((ms) => ms <= limit).length / times.length;
        expect(upTo(found)).toBeGreaterThanOrEqual(quantile);
        for (const smaller of times.filter((ms) => ms < found)) expect(upTo(smaller)).toBeLessThan(quantile);
      }),
    );
  });
});

describe('compareQuantile', () => {
  it.each([
    [4, 4, 0.5],
    [5, 6, 0.5],
    [6, 5, 0.9],
    [8, 4, 0.75],
    [1, 7, 0.99],
  ])('is exact: of %d and %d equal ones, each p is as frequent as it says', (live, candidate, quantile) => {
    const order = [...Array(live + candidate).keys()];
    const all = subsets(live + candidate, live).map(
      (ofLive) =>
        compareQuantile(
          Float64Array.from(ofLive),
          Float64Array.from(order.filter((rank) => !ofLive.includes(rank))),
          quantile,
          none,
        ).p,
    );
    expect(new Set(all).size).toBeGreaterThan(2);
    for (const p of all)
      expect(all.filter((each) => each <= p + 1e-12).length / all.length).toBeCloseTo(p, 10);
  });

  it('never finds a slower candidate less slow', () => {
    fc.assert(
      fc.property(
        arbitraryTimes,
        arbitraryTimes,
        arbitraryQuantile,
        fc.nat(),
        fc.oneof(fc.nat(50), fc.constant(Infinity)),
        (live, candidate, quantile, which, more) => {
          const slower = candidate.map((ms, index) => (index === which % candidate.length ? ms + more : ms));
          const tolerance = { relative: 0.2, absolute: 2 };
          const before = compareQuantile(live, candidate, quantile, tolerance);
          const after = compareQuantile(live, slower, quantile, tolerance);
          expect(after.p).toBeLessThanOrEqual(before.p);
          expect(after.candidate).toBeGreaterThanOrEqual(before.candidate);
        },
      ),
    );
  });

  const times = (of: number, ms: (index: number) => number) =>
    Float64Array.from({ length: of }, (_, i) => ms(i));

  it.each([
    ['20 % more, with 20 % allowed', 100, 120, false],
    ['21 % more, with 20 % allowed', 100, 121, true],
    ['5 ms more, with 5 ms allowed', 2, 7, false],
    ['6 ms more, with 5 ms allowed', 2, 8, true],
    ['less', 100, 10, false],
  ])('leaves the tolerance: %s', (_, live, candidate, found) => {
    const { p, ...quantiles } = compareQuantile(
      times(50, () => live),
      times(50, () => candidate),
      0.5,
      { relative: 0.2, absolute: 5 },
    );
    expect(p < 1e-6).toBe(found);
    expect(quantiles).toEqual({ live, candidate });
  });

  it('sees the p99 where the medians are the same', () => {
    const live = times(1000, (index) => (index < 980 ? 10 : 20));
    const candidate = times(1000, (index) => (index < 950 ? 10 : 500));
    const tolerance = { relative: 0.2, absolute: 5 };
    expect(compareQuantile(live, candidate, 0.99, tolerance)).toMatchObject({ live: 20, candidate: 500 });
    expect(compareQuantile(live, candidate, 0.99, tolerance).p).toBeLessThan(1e-5);
    expect(compareQuantile(live, candidate, 0.5, tolerance).p).toBeGreaterThan(0.4);
  });

  it('finds nothing slower than a live slot whose quantile is a failed request', () => {
    const live = times(10, (index) => (index < 4 ? 10 : Infinity));
    expect(
      compareQuantile(
        live,
        times(10, () => Infinity),
        0.5,
        none,
      ),
    ).toEqual({
      live: Infinity,
      candidate: Infinity,
      p: 1,
    });
  });
});
