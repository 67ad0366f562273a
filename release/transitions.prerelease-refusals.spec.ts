import type { ServiceRelease } from '../config/site-config';
import { digestOf } from '../test/pointers';
import {
  another,
  candidate,
  type Command,
  expectRefusal,
  onHold,
  onlyLive,
  switched,
  withCandidate,
  withCanary,
} from '../test/release-examples';
import { author, release } from '../test/releases';
import { prerelease as transition } from './transitions';

const isOnHold = 'shop is on hold: the fair (eva@desk, 2026-11-21T13:00Z). To end it: evenkeel unhold shop.';
/** Two candidates live one after the other, as with a service that is not yet called stable. */
const twoCandidates: ServiceRelease = {
  live: 'blue',
  canary: 0,
  blue: another,
  green: candidate,
  previous: candidate,
};
const prerelease =
  (version: string, hexDigit: string, force?: boolean): Command =>
  (now) =>
    transition(now, 'shop', release(version, hexDigit), author, force);
describe('a prerelease that is refused says why, and what to do', () => {
  it.each<[string, Command, ServiceRelease, string]>([
    [
      'of what is no semver version',
      prerelease('v1.5.0-rc.1', 'b'),
      onlyLive,
      'v1.5.0-rc.1 is not a semver version, like 1.5.0-rc.1 (no leading v, no +build).',
    ],
    [
      'with build metadata, which no tag can have',
      prerelease('1.5.0-rc.1+7', 'b'),
      onlyLive,
      '1.5.0-rc.1+7 is not a semver version, like 1.5.0-rc.1 (no leading v, no +build).',
    ],
    ['on hold', prerelease('1.5.0-rc.1', 'b'), onHold(onlyLive), isOnHold],
    ['of the candidate again, on hold', prerelease('1.5.0-rc.1', 'b'), onHold(withCandidate), isOnHold],
    [
      'of a stable version',
      prerelease('1.5.0', 'b'),
      onlyLive,
      '1.5.0 is no prerelease version. A candidate is tested first: tag the image as 1.5.0-rc.1, say, run evenkeel prerelease ' +
        'shop 1.5.0-rc.1, and evenkeel release shop makes 1.5.0 of it.',
    ],
    [
      'of a stable version, forced',
      prerelease('1.5.0', 'b', true),
      withCandidate,
      '1.5.0 is no prerelease version. A candidate is tested first: tag the image as 1.5.0-rc.1, say, run evenkeel prerelease ' +
        'shop 1.5.0-rc.1, and evenkeel release shop makes 1.5.0 of it.',
    ],
    [
      'while clients are on the candidate',
      prerelease('1.5.0-rc.2', 'c', true),
      withCanary,
      "5 % of shop's clients are on the candidate 1.5.0-rc.1, so its slot can't be changed. Take them back first: evenkeel " +
        'canary shop 0.',
    ],
    [
      'of what a rollback goes back to',
      prerelease('1.5.0-rc.1', 'b', true),
      twoCandidates,
      '1.5.0-rc.1 is what was live before, and green still holds it. To go back to it: evenkeel rollback shop.',
    ],
    [
      'of the live image under another version',
      prerelease('1.5.0-rc.1', 'a', true),
      onlyLive,
      '1.5.0-rc.1 is the very image that is live as 1.4.2: there is nothing to test. To deploy it anew, with other settings or secrets: evenkeel redeploy shop.',
    ],
    [
      'of the live version again',
      prerelease('1.5.0-rc.1', 'b'),
      switched,
      '1.5.0-rc.1 is the very image that is live as 1.5.0-rc.1: there is nothing to test. To deploy it anew, with other settings or secrets: evenkeel redeploy shop.',
    ],
    [
      'of a version below the live one',
      prerelease('1.4.2-rc.3', 'c'),
      onlyLive,
      '1.4.2-rc.3 is not above 1.4.2, the live version of shop. Give it a higher version; to take it all the same, say --force ' +
        '(the history will say so).',
    ],
    [
      'of the live version with another image',
      prerelease('1.5.0-rc.1', 'c'),
      switched,
      '1.5.0-rc.1 is not above 1.5.0-rc.1, the live version of shop. Give it a higher version; to take it all the same, say ' +
        '--force (the history will say so).',
    ],
    [
      'of a version below the candidate',
      prerelease('1.5.0-beta', 'c'),
      withCandidate,
      '1.5.0-beta is not above 1.5.0-rc.1, the candidate of shop. Give it a higher version; to take it all the same, say ' +
        '--force (the history will say so).',
    ],
    [
      'of a tag that was moved',
      prerelease('1.5.0-rc.1', 'c'),
      withCandidate,
      `1.5.0-rc.1 was another image when it became the candidate (${digestOf('b')}, now ${digestOf('c')}): its tag was moved. ` +
        'Give the new image a version of its own, or say --force.',
    ],
  ])('%s', (_, command, shop, words) => {
    expectRefusal(command, { shop }, words);
  });

  it('of a first version that is none', () => {
    expectRefusal(
      prerelease('1.5', 'b'),
      {},
      '1.5 is not a semver version, like 1.5.0-rc.1 (no leading v, no +build).',
    );
  });
});
