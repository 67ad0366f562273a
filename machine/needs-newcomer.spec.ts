import * as fc from 'fast-check';
import { needsNewcomer } from './needs-newcomer';

const nodes = (...reachability: (string | undefined)[]) =>
  reachability.map((each) => ({ reachability: each }));

describe('needsNewcomer', () => {
  it.each<[string, boolean, ReturnType<typeof nodes>]>([
    ['one manager', true, nodes('reachable')],
    ['one manager and workers', true, nodes('reachable', undefined, undefined)],
    ['two', false, nodes('reachable', 'reachable')],
    ['two, one of them down', true, nodes('reachable', 'unreachable')],
    ['three', false, nodes('reachable', 'reachable', 'reachable')],
    ['three, one of them down', true, nodes('reachable', 'unreachable', 'reachable')],
    ['four, one of them down', false, nodes('reachable', 'unreachable', 'reachable', 'reachable')],
  ])('of %s: %s', (_, needed, of) => expect(needsNewcomer(of)).toBe(needed));

  it('says just when a vote of those that run would not carry with a newcomer that is silent', () => {
    const votes = fc.array(fc.constantFrom('reachable', 'unreachable', 'unknown', undefined), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(votes, (each) => {
        const ballots = each.flatMap((reachability) =>
          reachability === undefined ? [] : [reachability === 'reachable' ? 1 : -1],
        );
        const majority = [...ballots, -1].reduce((sum, vote) => sum + vote, 0);
        expect(needsNewcomer(nodes(...each))).toBe(majority <= 0);
      }),
    );
  });
});
