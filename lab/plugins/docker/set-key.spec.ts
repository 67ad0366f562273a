import fc from 'fast-check';
import { blockSet, bool, int, text } from './fields';
import { inOrder, sameSet, setKey } from './set-key';

const set = blockSet({ target: text({ use: 'required' }), readOnly: bool(), size: int() });
const element = fc.record({ target: fc.string(), readOnly: fc.boolean(), size: fc.integer() });

describe('setKey', () => {
  it('is the same for a member that is not given and for its zero value', () => {
    expect(setKey(set, { target: '/data', readOnly: null, size: null })).toBe(
      setKey(set, { target: '/data', readOnly: false, size: 0 }),
    );
  });

  it('differs for elements that differ', () => {
    expect(setKey(set, { target: '/a' })).not.toBe(setKey(set, { target: '/b' }));
  });
});

describe('inOrder', () => {
  it('gives one order to a set, whatever order it comes in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(element, { selector: (each) => setKey(set, each) }), (elements) => {
        expect(inOrder(set, [...elements].reverse())).toEqual(inOrder(set, elements));
        expect(sameSet(set, elements, [...elements].reverse())).toBe(true);
      }),
    );
  });
});

describe('sameSet', () => {
  it('tells a set from one with an element less', () => {
    expect(sameSet(set, [{ target: '/a' }, { target: '/b' }], [{ target: '/a' }])).toBe(false);
  });
});
