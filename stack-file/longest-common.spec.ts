import * as fc from 'fast-check';
import { longestCommon } from './longest-common';

describe('longestCommon', () => {
  const arbitraryList = fc.array(fc.nat({ max: 3 }), { maxLength: 7 });
  const same = (a: number, b: number) => a === b;

  it('pairs the same items, in the order of both lists', () => {
    fc.assert(
      fc.property(arbitraryList, arbitraryList, (a, b) => {
        const pairs = longestCommon(a, b, same);
        expect(pairs.map(([i]) => a[i])).toEqual(pairs.map(([, j]) => b[j]));
        for (const side of [0, 1] as const) {
          const indexes = pairs.map((pair) => pair[side]);
          expect(indexes).toEqual([...new Set(indexes)].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('finds as many as trying all subsequences does', () => {
    const subsequences = (list: number[]): number[][] =>
      list.reduce<number[][]>((found, item) => [...found, ...found.map((part) => [...part, item])], [[]]);
    fc.assert(
      fc.property(arbitraryList, arbitraryList, (a, b) => {
        const inB = new Set(subsequences(b).map((part) => part.join()));
        const longest = Math.max(
          ...subsequences(a)
            .filter((part) => inB.has(part.join()))
            .map(({ length }) => length),
        );
        expect(longestCommon(a, b, same)).toHaveLength(longest);
      }),
    );
  });
});
