import fc from 'fast-check';
import { afterCheck, type CheckOutcome, type EdgeHealth, unseen, voteOf } from './edge-health';

const well: CheckOutcome = { kind: 'well', generation: 1 };
const failed: CheckOutcome = { kind: 'failed', why: 'no answer' };
const leaving: CheckOutcome = { kind: 'leaving', why: 'it is about to stop' };

const after = (outcomes: readonly CheckOutcome[], from: EdgeHealth = unseen) =>
  outcomes.reduce((health, outcome, index) => afterCheck(health, outcome, index * 5000), from);
const times = (count: number, outcome: CheckOutcome) => Array.from({ length: count }, () => outcome);

describe('afterCheck', () => {
  it('says nothing before five good checks or three failures', () => {
    expect(voteOf(unseen)).toBe('unsure');
    expect(voteOf(after(times(4, well)))).toBe('unsure');
    expect(voteOf(after(times(5, well)))).toBe('up');
    expect(voteOf(after(times(2, failed)))).toBe('unsure');
    expect(voteOf(after(times(3, failed)))).toBe('down');
  });

  it('is unsure from the first failure on, up again at the next good check, down at the third failure', () => {
    const up = after(times(5, well));
    expect(voteOf(after(times(1, failed), up))).toBe('unsure');
    expect(voteOf(after([failed, failed, well], up))).toBe('up');
    expect(voteOf(after(times(3, failed), up))).toBe('down');
  });

  it('takes five good checks in a row to come back', () => {
    const down = after(times(3, failed));
    expect(voteOf(after(times(4, well), down))).toBe('unsure');
    expect(voteOf(after([...times(4, well), failed], down))).toBe('down');
    expect(voteOf(after([...times(4, well), failed, ...times(4, well)], down))).toBe('unsure');
    expect(voteOf(after(times(5, well), down))).toBe('up');
  });

  it('believes an edge that says good-bye at once', () => {
    expect(voteOf(after([leaving], after(times(9, well))))).toBe('down');
  });

  it('remembers when the failures began, and why', () => {
    expect(after([well, failed, failed])).toMatchObject({ since: 5000, why: 'no answer' });
  });

  it('agrees with a look at the whole row of checks', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (checks) => {
        const vote = voteOf(after(checks.map((good) => (good ? well : failed))));
        // The last moment at which it was sure, found the slow way.
        let sure = 'unsure';
        for (let end = 1; end <= checks.length; end++) {
          if (end >= 5 && checks.slice(end - 5, end).every(Boolean)) sure = 'up';
          if (end >= 3 && checks.slice(end - 3, end).every((good) => !good)) sure = 'down';
        }
        const last = checks.at(-1);
        const expected = (sure === 'up' && last) || (sure === 'down' && last === false) ? sure : 'unsure';
        expect(vote).toBe(expected);
      }),
    );
  });
});
