import {
  comparedDays,
  drillTable,
  keptReport,
  shortcomings,
  type DrillReport,
  type DrillRow,
} from './drill-report';

const good: DrillRow = {
  at: '2026-11-21T13:00:05Z',
  failure: 'machine stopped',
  during: 'switchover',
  machine: 'pi2',
  after: 1200,
  requests: 9000,
  lost: 0,
  taken: 2,
  wrong: 0,
  longestGap: 1100.4,
  whole: 31_200,
  healedBy: 'power back',
  command: 'done',
  again: 0,
  notes: [],
};
const at = '2026-11-21T13:00:00Z';

describe('shortcomings', () => {
  it('has none for what is as promised: what the dead machine took with it is not lost', () => {
    expect(shortcomings(good)).toEqual([]);
  });

  it.each<[Partial<DrillRow>, string]>([
    [{ lost: 1 }, '1 lost'],
    [{ wrong: 3 }, '3 wrong'],
    [{ longestGap: 1501 }, 'a gap of 1501 ms'],
    [{ whole: undefined }, 'not whole again'],
    [{ command: 'exit 1', again: 1 }, 'the command ended with exit 1 and had to be given again'],
  ])('names %j', (change, words) => {
    expect(shortcomings({ ...good, ...change })).toEqual([words]);
  });
});

describe('keptReport', () => {
  const row = (failure: string, during: string, day: number): DrillRow => ({
    ...good,
    ...{ failure, during, at: `2026-11-${day}T13:00:05Z` },
  });
  const matrix: DrillReport = {
    at: '2026-11-21T13:00:00Z',
    target: '10.0.0.9',
    rows: [row('a', 'idle', 21), row('a', 'rollback', 21), row('b', 'idle', 21)],
  };

  it('is the drill itself where there was none before', () => {
    expect(keptReport(undefined, matrix)).toEqual(matrix);
  });

  it('has the newest row of each failure in each phase, so that a drill of one is compared with all later on', () => {
    const one = {
      at: '2026-11-24T09:00:00Z',
      target: '10.0.0.8',
      rows: [row('a', 'rollback', 24), row('c', 'idle', 24)],
    };
    expect(keptReport(matrix, one)).toEqual({
      ...one,
      rows: [row('a', 'idle', 21), row('a', 'rollback', 24), row('b', 'idle', 21), row('c', 'idle', 24)],
    });
  });

  it('dates rows from before they had a date of their own by their drill', () => {
    const { at: _, ...undated } = row('b', 'idle', 21);
    const kept = keptReport({ ...matrix, rows: [undated] }, { ...matrix, rows: [row('a', 'idle', 24)] });
    expect(kept.rows).toEqual([{ ...undated, at: matrix.at }, row('a', 'idle', 24)]);
  });
});

describe('comparedDays', () => {
  it('are those of the rows that a drill is compared with', () => {
    const on = (failure: string, at: string | undefined): DrillRow => ({ ...good, failure, at });
    const rows = [on('a', '2026-11-21T13:00:05Z'), on('b', '2026-11-24T09:00:00Z'), on('c', undefined)];
    const earlier = { at: '2026-11-20T08:00:00Z', target: '10.0.0.9', rows };
    const days = (...failures: string[]) =>
      comparedDays({ ...earlier, rows: failures.map((failure) => on(failure, at)) }, earlier);
    expect(days('b', 'a', 'c')).toEqual(['2026-11-20', '2026-11-21', '2026-11-24']);
    expect(days('a', 'd')).toEqual(['2026-11-21']);
    expect(days('d')).toEqual([]);
    expect(comparedDays(earlier, undefined)).toEqual([]);
  });
});

describe('drillTable', () => {
  it('has a row for each failure and phase, with the gap of the drill before', () => {
    const earlier = { at, target: '10.0.0.9', rows: [{ ...good, longestGap: 900 }] };
    const bad = { ...good, during: 'idle', lost: 4, whole: undefined, command: undefined };
    const { header, rows } = drillTable({ at, target: '10.0.0.9', rows: [good, bad] }, earlier);
    expect(rows.map(({ ok }) => ok)).toEqual([true, false]);
    expect(rows[0]!.cells).toHaveLength(header.length);
    expect(rows[0]!.cells.join(' | ')).toBe(
      'machine stopped | switchover | pi2 | 9000 | 0 | 2 | 0 | 1100 ms (was 900) | 31.2 s | power back | done',
    );
    expect(rows[1]!.cells.join(' | ')).toBe(
      'machine stopped | idle | pi2 | 9000 | 4 | 2 | 0 | 1100 ms | not | power back | -',
    );
  });
});
