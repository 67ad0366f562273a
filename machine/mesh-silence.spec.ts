import fc from 'fast-check';
import { silentAfter, silentPairs } from './mesh-silence';

describe('silentPairs', () => {
  it('are none while each pair has a handshake that one of the two knows of', () => {
    expect(silentPairs({ pi1: { pi2: 10 }, pi2: { pi1: 181 } })).toEqual([]);
    expect(silentPairs({ pi1: { pi2: null }, pi2: { pi1: 180 } })).toEqual([]);
    expect(silentPairs({ pi1: {} })).toEqual([]);
  });

  it('are named with the time since the last one', () => {
    expect(silentPairs({ pi1: { pi2: 300, pi3: null }, pi2: { pi1: 250 } })).toEqual([
      { nodes: ['pi1', 'pi2'], since: 250 },
      { nodes: ['pi1', 'pi3'], since: null },
    ]);
  });

  it('are each pair of which nobody heard in time, once, as a plain count says', () => {
    const names = ['a', 'b', 'c', 'd'];
    const since = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 2 * silentAfter }));
    const row = fc.dictionary(fc.constantFrom(...names), since);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), row), (drawn) => {
        const said = Object.fromEntries(
          Object.entries(drawn).map(([name, peers]) => [
            name,
            Object.fromEntries(Object.entries(peers).filter(([peer]) => peer !== name)),
          ]),
        );
        const expected = names.flatMap((a, index) =>
          names.slice(index + 1).flatMap((b) => {
            const words = [said[a]?.[b], said[b]?.[a]].filter((each) => each !== undefined);
            const heard = words.some((each) => each !== null && each <= silentAfter);
            return words.length > 0 && !heard ? [`${a} ${b}`] : [];
          }),
        );
        expect(
          silentPairs(said)
            .map(({ nodes }) => [...nodes].sort().join(' '))
            .sort(),
        ).toEqual(expected);
      }),
    );
  });
});
