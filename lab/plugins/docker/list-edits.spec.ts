import fc from 'fast-check';
import { listEdits } from './list-edits';

describe('listEdits', () => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });

  it('leaves the same elements on both sides, in the same order', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const { removed, added } = listEdits(before, after);
        expect(before.filter((_, index) => !removed.includes(index))).toEqual(
          after.filter((_, index) => !added.includes(index)),
        );
      }),
    );
  });

  it('takes nothing out of a list that stays, and one element for one that changes', () => {
    expect(listEdits(['a', 'b'], ['a', 'b'])).toEqual({ removed: [], added: [] });
    expect(listEdits(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual({ removed: [1], added: [1] });
  });
});
