import * as fc from 'fast-check';
import { canaryRules, fullShareRules, judgeCanary, type SlotSample } from './canary-verdict';

const since = 1_700_000_000_000;

/** Requests after the warm-up, of which the first `failed` failed. */
function samples(of: number, failed = 0, ms: (index: number) => number = () => 12): SlotSample[] {
  const at = (index: number) => since + canaryRules.warmUp + index;
  return Array.from({ length: of }, (_, index) => ({
    at: at(index),
    failed: index < failed,
    aborted: false,
    ms: ms(index),
  }));
}

/** The requests, changed. */
function but(change: Partial<SlotSample>, list: SlotSample[]): SlotSample[] {
  return list.map((sample) => ({ ...sample, ...change }));
}

function judge(live: SlotSample[], candidate: SlotSample[]) {
  return judgeCanary({ live, candidate, since });
}

describe('judgeCanary', () => {
  it('says of a candidate that fails how many, and how unlikely that is', () => {
    expect(judge(samples(4560), samples(240, 12))).toEqual({
      verdict: 'worse',
      reason: 'candidate 12 of 240 requests failed (5.0 %), live 0 of 4,560 (p = 2e-16)',
      samples: {
        live: { requests: 4560, failed: 0, aborted: 0, warmUp: 0 },
        candidate: { requests: 240, failed: 12, aborted: 0, warmUp: 0 },
      },
    });
  });

  it('says of a candidate that is slower by how much', () => {
    const slow = samples(240, 0, () => 1240);
    expect(judge(samples(4560), slow)).toMatchObject({
      verdict: 'worse',
      reason: expect.stringMatching(
        /^candidate's median 1,240 ms, live's 12 ms \(of 240 and 4,560 requests, p = \de-\d+\)$/,
      ) as string,
    });
  });

  it('does not call a candidate worse at 100 % for what may be the time of day, but for what nobody would wait for', () => {
    const live = samples(4000, 0, () => 11);
    const atFull = (ms: number) =>
      judgeCanary({ live, candidate: samples(5000, 0, () => ms), since }, fullShareRules).verdict;
    expect(
      judge(
        live,
        samples(5000, 0, () => 25),
      ).verdict,
    ).toBe('worse');
    expect([25, 110, 112, 400].map(atFull)).toEqual(['better', 'better', 'worse', 'worse']);
    expect(judgeCanary({ live, candidate: samples(5000, 250), since }, fullShareRules).verdict).toBe('worse');
  });

  it('says both of a candidate that fails and is slow', () => {
    const { reason } = judge(
      samples(4560),
      samples(240, 20, () => 1240),
    );
    expect(reason).toMatch(
      /^candidate 20 of 240 requests failed \(8\.3 %\), .*; candidate's median 1,240 ms/,
    );
  });

  it('says what it has seen of a candidate that is no worse', () => {
    expect(judge(samples(4560, 46), samples(240, 3))).toMatchObject({
      verdict: 'better',
      reason:
        "no worse than live: candidate 3 of 240 requests failed (1.3 %), live 46 of 4,560 (1.0 %); candidate's median 12 ms, live's 12 ms",
    });
  });

  it('says how many requests would have been enough', () => {
    const { verdict, reason } = judge(samples(760), samples(40));
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(
      /^too few requests after the first 10 s of the share: candidate 0 of 40 requests failed, live 0 of 760; .*\. It takes about 9\d of the candidate's, and live's beside them, to find 5\.0 % more failures$/,
    );
    expect(judge(samples(3), samples(5000)).reason).toContain("It takes about 180,000 of the candidate's");
    expect(judge(samples(1), samples(20_000)).reason).toContain('No bake is long enough at this share');
  });

  it.each<[string, SlotSample[], SlotSample[]]>([
    ['live got no request', [], samples(500)],
    ['the candidate got no request', samples(500), []],
    ['live got no request', but({ aborted: true }, samples(500)), samples(500, 500)],
    ['the candidate got no request', samples(500), but({ at: since + 9999 }, samples(500, 500))],
  ])('can’t say when %s', (reason, live, candidate) => {
    expect(judge(live, candidate)).toMatchObject({
      verdict: 'inconclusive',
      reason: `${reason} after the first 10 s of the share`,
    });
  });

  it('calls a candidate worse also when there are too few requests to call it better', () => {
    expect(judge(samples(760), samples(40, 5)).verdict).toBe('worse');
  });

  it('leaves out aborts, the warm-up and what was before the share, and says how many', () => {
    const bad = samples(50, 50, () => 60_000);
    const candidate = [
      ...samples(240),
      ...but({ aborted: true }, bad),
      ...but({ at: since + canaryRules.warmUp - 1 }, bad.slice(0, 30)),
      ...but({ at: since - 1 }, bad),
    ];
    const live = [...samples(4560), ...but({ aborted: true }, bad.slice(0, 7)), ...but({ at: since }, bad)];
    expect(judge(live, candidate)).toMatchObject({
      verdict: 'better',
      samples: {
        live: { requests: 4560, failed: 0, aborted: 7, warmUp: 50 },
        candidate: { requests: 240, failed: 0, aborted: 50, warmUp: 30 },
      },
    });
  });

  it('compares the p99 from 1,000 requests of each slot on, and the median below', () => {
    const slowTail = (of: number) => samples(of, 0, (index) => (index % 20 === 0 ? 900 : 12));
    expect(judge(samples(1000), slowTail(1000)).reason).toMatch(/^candidate's p99 900 ms, live's 12 ms/);
    expect(judge(samples(1000), slowTail(999))).toMatchObject({
      verdict: 'better',
      reason: expect.stringContaining("candidate's median 12 ms, live's 12 ms") as string,
    });
    expect(judge(samples(999), slowTail(1000)).verdict).toBe('better');
  });

  it('does not call a candidate slow that mends what live fails fast', () => {
    const live = samples(5000, 3000, (index) => (index < 3000 ? 1 : 80));
    expect(
      judge(
        live,
        samples(2000, 0, () => 80),
      ).verdict,
    ).toBe('better');
  });

  it('counts a failed request as slower than any, so that failing is not a way to be fast', () => {
    // 15 failures and 10 slow ones are each no more than live's 0.9 % and 1 % let expect of 1,000; together they are.
    const live = samples(19_000, 171);
    const candidate = samples(1000, 15, (index) => (index < 25 ? 300 : 12));
    expect(judge(live, candidate)).toMatchObject({
      verdict: 'worse',
      reason: expect.stringMatching(
        /^candidate's p99 is a failed request, live's 12 ms \(of 1,000 and 19,000 requests, p = \de-\d\)$/,
      ) as string,
    });
    expect(
      judge(
        live,
        samples(1000, 15, () => 12),
      ).verdict,
    ).toBe('better');
  });

  it('still compares the median when live’s p99 is a failed request', () => {
    const slow = samples(1000, 15, () => 300);
    expect(judge(samples(19_000, 285), slow).reason).toMatch(/^candidate's median 300 ms, live's 12 ms/);
  });

  it('judges a million requests in seconds', () => {
    const started = Date.now();
    const ms = (index: number) => (index * 7919) % 1000;
    expect(judge(samples(950_000, 950, ms), samples(50_000, 50, ms)).verdict).toBe('better');
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

describe('judgeCanary, whatever the edges saw', () => {
  const arbitrarySlot = fc
    .array(
      fc.record({
        at: fc.integer({ min: since - 2000, max: since + 60_000 }),
        failed: fc.boolean(),
        aborted: fc.boolean(),
        ms: fc.nat(100),
      }),
      { maxLength: 300, size: 'max' },
    )
    // The sizes and rates at which verdicts differ: mostly judged, seldom failed.
    .chain((list) =>
      fc.tuple(fc.constant(list), fc.constantFrom(1, 10, 50)).map(([each, seldom]) =>
        each.map((sample, index) => ({
          ...sample,
          failed: sample.failed && index % seldom === 0,
          aborted: sample.aborted && index % 10 === 0,
        })),
      ),
    );
  const rank = { worse: 0, inconclusive: 1, better: 2 };

  it('never says better things of a candidate when more of its requests fail', () => {
    fc.assert(
      fc.property(
        arbitrarySlot,
        arbitrarySlot,
        fc.constantFrom(5, 100, 1000),
        fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
        (live, candidate, p99From, which) => {
          const chosen = new Set(which.map((index) => index % Math.max(1, candidate.length)));
          const failing = candidate.map((sample, index) =>
            chosen.has(index) ? { ...sample, failed: true } : sample,
          );
          const rules = { ...canaryRules, p99From };
          const before = judgeCanary({ live, candidate, since }, rules).verdict;
          const after = judgeCanary({ live, candidate: failing, since }, rules).verdict;
          expect(rank[after]).toBeLessThanOrEqual(rank[before]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is the same in whatever order they saw it', () => {
    const shuffled = arbitrarySlot.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, shuffled, ([live, otherLive], [candidate, otherCandidate]) => {
        expect(judge(otherLive, otherCandidate)).toEqual(judge(live, candidate));
      }),
      { numRuns: 50 },
    );
  });
});
