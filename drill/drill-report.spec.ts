import { drillTable, shortcomings, type DrillRow } from './drill-report';

const good: DrillRow = {
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
