import { Tally } from './tally';

let mockNow = 0;
jest.mock('./clock', () => ({ clock: () => mockNow }));

/** A tally that starts at 1000. */
function tally(allowed?: (version: string) => boolean): Tally {
  mockNow = 1000;
  const targets = [
    { name: 'pi1', origin: 'http://10.1.2.3' },
    { name: 'pi2', origin: 'http://10.1.2.4' },
  ];
  return new Tally({ targets, host: 'shop.example.com', keepAlive: 1, fresh: 0, allowed });
}

function answer(to: Tally, answeredAt: number, version = '1.0.0', target = 'pi1', latency = 1): void {
  to.answered({ target, version, sentAt: answeredAt - latency, answeredAt }, 'kept-alive', latency);
}

describe('Tally', () => {
  it('takes the longest time between two good answers of a target for its gap', () => {
    const sums = tally();
    for (const at of [1001, 1004, 1010, 1012]) answer(sums, at);
    answer(sums, 1005, '1.0.0', 'pi2');
    mockNow = 1013;
    expect(sums.report().byTarget).toMatchObject({ pi1: { longestGap: 6 }, pi2: { longestGap: 8 } });
  });

  it('counts the time before the first good answer, and the time since the last', () => {
    const sums = tally();
    answer(sums, 1020);
    mockNow = 1025;
    expect(sums.report().byTarget.pi1?.longestGap).toBe(20);
    mockNow = 1050;
    expect(sums.report().byTarget.pi1?.longestGap).toBe(30);
    sums.end();
    mockNow = 2000;
    expect(sums.report()).toMatchObject({ endedAt: 1050, byTarget: { pi1: { longestGap: 30 } } });
  });

  it('does not let lost and wrong answers end a gap', () => {
    const sums = tally((version) => version === '1.0.0');
    answer(sums, 1001);
    sums.lost('pi1', 'fresh', 'status 503', { status: 503, openedAt: 999 });
    answer(sums, 1010, '0.9.0');
    answer(sums, 1016);
    mockNow = 1016;
    const report = sums.report();
    expect(report).toMatchObject({ requests: 4, lost: 1, wrong: 1 });
    expect(report.byTarget.pi1).toEqual({ requests: 4, lost: 1, wrong: 1, longestGap: 15 });
    expect(report.failures).toEqual([
      {
        ...{ time: 1000, target: 'pi1', connection: 'fresh', kind: 'lost', text: 'status 503' },
        ...{ status: 503, openedAt: 999 },
      },
      {
        time: 1010,
        target: 'pi1',
        connection: 'kept-alive',
        kind: 'wrong',
        text: 'version 0.9.0, sent 1.0 ms before',
      },
    ]);
  });

  it('counts by text what was lost, behind the listed failures too; numbers in a text make no text of their own, a status does', () => {
    const sums = tally();
    for (let request = 1; request <= 30; request++)
      sums.lost('pi1', 'kept-alive', `read ECONNRESET, after 0 bytes of the answer to request ${request}`);
    sums.lost('pi2', 'fresh', 'status 503', { status: 503 });
    sums.lost('pi2', 'fresh', 'status 502', { status: 502 });
    sums.lost('pi1', 'fresh', 'status 503', { status: 503 });
    answer(sums, 1001);
    const { failures, lostByText } = sums.report();
    expect(failures).toHaveLength(20);
    expect(lostByText).toEqual({
      'read ECONNRESET, after # bytes of the answer to request #': 30,
      'status 503': 2,
      'status 502': 1,
    });
  });

  it('tells 50 texts apart, and counts all further ones together', () => {
    const sums = tally();
    const texts = Array.from({ length: 53 }, (_, index) => 'a'.repeat(index + 1));
    for (const text of [...texts, 'a']) sums.lost('pi1', 'fresh', text);
    const { lostByText } = sums.report();
    expect(Object.keys(lostByText)).toEqual([...texts.slice(0, 50), 'something else']);
    expect(lostByText).toMatchObject({ a: 2, 'something else': 3 });
  });

  it('gives latencies to three figures', () => {
    const sums = tally();
    for (let latency = 1; latency <= 1000; latency++) answer(sums, 2000, '1.0.0', 'pi1', latency);
    const { p50, p99, max } = sums.report();
    expect(Math.abs(p50 - 500)).toBeLessThanOrEqual(1);
    expect(Math.abs(p99 - 990)).toBeLessThanOrEqual(1);
    expect(max).toBe(1000);
  });

  it('keeps the first and the last instant of a version, in whatever order its answers come', () => {
    const sums = tally();
    for (const at of [1011, 1006, 1021, 1016]) answer(sums, at);
    expect(sums.firstAndLast('1.0.0')).toEqual({ pi1: { first: 1005, last: 1020 } });
  });
});
