import { canaryRules, judgeCanary, type CanaryRules, type SlotSample } from './canary-verdict';

// In jest's sandbox each look at a global is slow, and millions of requests are made here.
const { imul, sqrt, log, cos, exp, round, PI } = Math;

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A slot's requests: how often they fail, and how their times are spread (log-normal, as response times are). */
interface Behaviour {
  rate: number;
  median: number;
  spread: number;
}

const rules: CanaryRules = { ...canaryRules, warmUp: 0 };

function requests(of: number, { rate, median, spread }: Behaviour, random: () => number): SlotSample[] {
  return Array.from({ length: of }, (_, at) => {
    const normal = sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
    return {
      at,
      failed: random() < rate,
      aborted: false,
      ms: round(median * exp(spread * normal)),
    };
  });
}

/** How often, of `times`, a candidate is found worse. */
function foundWorse(
  times: number,
  [ofLive, live]: [number, Behaviour],
  [ofCandidate, candidate]: [number, Behaviour],
): number {
  const random = randomFrom(7);
  let worse = 0;
  for (let run = 0; run < times; run++) {
    const seen = {
      live: requests(ofLive, live, random),
      candidate: requests(ofCandidate, candidate, random),
    };
    if (judgeCanary({ ...seen, since: 0 }, rules).verdict === 'worse') worse++;
  }
  return worse / times;
}

const good: Behaviour = { rate: 0, median: 40, spread: 0.5 };

describe('a candidate that is as good as live', () => {
  const bound = 1 - (1 - canaryRules.alpha) ** 4;
  /** Requests of live and of the candidate, share by share. */
  type Shares = [ofLive: number, ofCandidate: number][];

  /** How many releases are stopped at one of their shares. */
  function stopped(releases: number, shares: Shares, both: Behaviour, by: CanaryRules): number {
    const random = randomFrom(20_240_601);
    let count = 0;
    for (let release = 0; release < releases; release++)
      if (
        shares.some(([ofLive, ofCandidate]) => {
          const live = requests(ofLive, both, random);
          const candidate = requests(ofCandidate, both, random);
          return judgeCanary({ live, candidate, since: 0 }, by).verdict === 'worse';
        })
      )
        count++;
    return count;
  }

  it.each([0, 0.02])(
    'is hardly ever stopped in four shares, when the part of both that fails is %d',
    (rate) => {
      const shares: Shares = [
        [1900, 100],
        [750, 250],
        [1000, 1000],
        [250, 750],
      ];
      expect(stopped(200, shares, { ...good, rate }, rules) / 200).toBeLessThanOrEqual(bound);
    },
  );

  it('is stopped no more often than promised without any tolerance, and not never', () => {
    const releases = 1500;
    const shares: Shares = [
      [380, 20],
      [150, 50],
      [200, 200],
      [50, 150],
    ];
    // 10 % failures and times that hardly ever tie: the chance comes as near to its bound as whole numbers let it (2.5 %).
    const both = { rate: 0.1, median: 4000, spread: 1 };
    const strict = { ...rules, tolerance: { relative: 0, absolute: 0 }, power: 0 }; // all are enough, which saves time
    const count = stopped(releases, shares, both, strict);
    expect(count / releases).toBeLessThanOrEqual(bound);
    expect(count / releases).toBeGreaterThan(bound / 4);
  });
});

describe('a candidate that fails 5 % where live fails none', () => {
  /** Requests that all take the same time, of which the first `failed` failed. */
  function alike(of: number, failed = 0): SlotSample[] {
    return Array.from({ length: of }, (_, at) => ({ at, failed: at < failed, aborted: false, ms: 40 }));
  }

  /** The number of the candidate's requests from which on a flawless candidate is called better. */
  function enough(times: number): number {
    let of = 1;
    while (
      judgeCanary({ live: alike(of * times), candidate: alike(of), since: 0 }, rules).verdict !== 'better'
    )
      of++;
    return of;
  }

  it.each([
    [5, 19],
    [25, 3],
    [50, 1],
  ])('is found in 95 % of all cases at a share of %d %%, from the number called enough on', (_, times) => {
    const of = enough(times);
    // Exactly, not by simulation: the verdict for each number of failures, times the chance of that number.
    let chance = 0;
    let probability = 0.95 ** of;
    for (let failed = 0; failed <= of; failed++) {
      const seen = { live: alike(of * times), candidate: alike(of, failed) };
      if (judgeCanary({ ...seen, since: 0 }, rules).verdict === 'worse') chance += probability;
      probability *= ((of - failed) / (failed + 1)) * (0.05 / 0.95);
    }
    expect(chance).toBeGreaterThanOrEqual(0.95);
    expect(chance).toBeLessThan(0.99); // "enough" is no more than it takes
  });

  it('is found in a simulation too', () => {
    // A third more requests than the least: there the chance is 95.6 %, too near to 95 % for a simulation.
    const failing = { ...good, rate: 0.05 };
    expect(foundWorse(400, [124 * 19, good], [124, failing])).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a candidate that takes twice as long', () => {
  it.each<[string, number, number, number]>([
    ['the median, at the least number that is enough at 5 %', 1767, 93, 0.7],
    ['the median, at the least number that is enough at 50 %', 260, 260, 0.7],
    ['the p99, at 10 %', 9000, 1000, 0.7],
    ['the p99, at 50 %', 1000, 1000, 0.6],
  ])('is found in 95 % of all cases by %s', (_, ofLive, ofCandidate, spread) => {
    const live = { ...good, spread };
    const found = foundWorse(100, [ofLive, live], [ofCandidate, { ...live, median: 80 }]);
    expect(found).toBeGreaterThanOrEqual(0.95);
  });

  it('is left alone when it takes no more than the tolerance longer', () => {
    expect(foundWorse(60, [3000, good], [1000, { ...good, median: 48 }])).toBeLessThanOrEqual(0.02);
    expect(foundWorse(60, [3000, { ...good, median: 1 }], [500, { ...good, median: 3 }])).toBeLessThanOrEqual(
      0.02,
    );
  });
});
