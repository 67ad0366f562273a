import * as fc from 'fast-check';
import { releaseSectionSchema } from '../config/release-schema';
import { ModelLife } from '../test/model-life';
import { arbitraryLife } from '../test/releases';

/** Lives of a site, of 5 to 40 deeds each. */
const lives = Number(process.env['RUNS'] ?? 2500);

/**
 * The laws are in test/command-laws.ts and test/model-life.ts (of the commands) and test/model-site.ts (of what the public sees), each with the
 * words with which it fails: look for `must`.
 */
describe('a release, whatever is done to it, and whatever fails', () => {
  const tally = new Map<string, number>();

  it(`keeps its laws in ${lives} lives of a site: live always has a tested version, which is never changed in place; a rollback is right or refused; what is refused changes nothing`, () => {
    fc.assert(
      fc.property(arbitraryLife, (deeds) => {
        const life = new ModelLife(tally);
        for (const deed of deeds) life.happen(deed);
      }),
      { numRuns: lives },
    );
  }, 120_000);

  // A life in which every command is refused would keep all laws.
  it.each([
    'prerelease',
    'switch',
    'release',
    'release --switch',
    'redeploy',
    'canary',
    'abort',
    'hold',
    'unhold',
    'maintenance',
    'rollback',
    'rollback calls off',
    'rollback under an up',
    'rollback refused',
    'up done',
    'up failed',
    'up refused',
  ])('has seen: %s', (what) => {
    expect(tally.get(what)).toBeGreaterThan(20);
  });
});

describe('the stack file, whatever was done', () => {
  it('is one that the config takes', () => {
    fc.assert(
      fc.property(arbitraryLife, (deeds) => {
        const life = new ModelLife(new Map());
        for (const deed of deeds) life.happen(deed);
        for (const release of life.checkouts.filter(({ generation }) => generation > 0))
          expect(releaseSectionSchema.parse(release)).toEqual(release);
      }),
      { numRuns: 200 },
    );
  });
});
