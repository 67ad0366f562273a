import type { ServiceRelease } from '../config/site-config';
import {
  candidate,
  type Command,
  expectRefusal,
  live,
  onHold,
  onlyLive,
  stable,
  switched,
  withCandidate,
  withCanary,
  withNext,
} from '../test/release-examples';
import { author, release } from '../test/releases';
import * as transitions from './transitions';

const isOnHold = 'shop is on hold: the fair (eva@desk, 2026-11-21T13:00Z). To end it: evenkeel unhold shop.';
const made = 'A candidate is made by: evenkeel prerelease shop VERSION.';

const switchLive: Command = (now) => transitions.switchLive(now, 'shop', author);
const rollback: Command = (now) => transitions.rollback(now, 'shop', author);
const makeStable =
  (version?: string): Command =>
  (now) =>
    transitions.makeStable(now, 'shop', author, version);
const canary =
  (percent: number): Command =>
  (now) =>
    transitions.setCanary(now, 'shop', percent, author);
const abort: Command = (now) => transitions.abort(now, 'shop', author);
const hold =
  (why: string): Command =>
  (now) =>
    transitions.hold(now, 'shop', why, author);
const unhold: Command = (now) => transitions.unhold(now, 'shop', author);
const maintenance: Command = (now) => transitions.setMaintenance(now, 'shop', true, author);

describe('a refused command says why, and what to do', () => {
  it.each<[string, Command, ServiceRelease, string]>([
    ['switch on hold', switchLive, onHold(withCandidate), isOnHold],
    ['switch without a candidate', switchLive, onlyLive, `shop has no candidate. ${made}`],
    [
      'switch to what was live before',
      switchLive,
      switched,
      `shop has no candidate: blue holds 1.4.2, which was live before; to go back to it: evenkeel rollback shop. ${made}`,
    ],
    [
      'switch to the very image that is live',
      switchLive,
      { ...onlyLive, green: live },
      `shop has no candidate: green holds 1.4.2. ${made}`,
    ],
    [
      'rollback of the first version',
      rollback,
      onlyLive,
      'shop has nothing to go back to: 1.4.2 has not replaced another version by a switch (or was itself gone back to).',
    ],
    [
      'rollback before the switch, or a second one',
      rollback,
      withCandidate,
      'shop has nothing to go back to: 1.4.2 has not replaced another version by a switch (or was itself gone back to). green ' +
        'holds 1.5.0-rc.1.',
    ],
    [
      'rollback when the idle slot holds a later candidate',
      rollback,
      withNext,
      'blue, the idle slot of shop, no longer holds 1.4.2, which was live before 1.5.0-rc.1: it holds 1.5.0-rc.2. Take that ' +
        'away first: evenkeel abort shop.',
    ],
    [
      'rollback when the idle slot was emptied by hand',
      rollback,
      { live: 'green', canary: 0, green: candidate, previous: live },
      'blue, the idle slot of shop, no longer holds 1.4.2, which was live before 1.5.0-rc.1: it holds nothing. Take that away ' +
        'first: evenkeel abort shop.',
    ],
    [
      'rollback to the same version with another image',
      rollback,
      { ...switched, blue: release('1.4.2', 'd') },
      'blue, the idle slot of shop, no longer holds 1.4.2, which was live before 1.5.0-rc.1: it holds 1.4.2. Take that away ' +
        'first: evenkeel abort shop.',
    ],
    ['release on hold', makeStable(), onHold(switched), isOnHold],
    [
      'release of a stable version',
      makeStable(),
      { ...switched, green: stable },
      'shop runs 1.5.0, which is stable already.',
    ],
    [
      'release before the switch',
      makeStable(),
      withCandidate,
      'shop runs 1.4.2, which is stable already, and the candidate 1.5.0-rc.1 is not live yet. Make it live first: evenkeel ' +
        'switch shop; or do both: evenkeel release shop --switch.',
    ],
    [
      'release as a prerelease version',
      makeStable('1.5.0-rc.2'),
      switched,
      '1.5.0-rc.2 is not a stable semver version, like 1.5.0.',
    ],
    [
      'release as no version',
      makeStable('stable'),
      switched,
      'stable is not a stable semver version, like 1.5.0.',
    ],
    [
      'release with build metadata',
      makeStable('1.5.0+7'),
      switched,
      '1.5.0+7 is not a stable semver version, like 1.5.0.',
    ],
    [
      'release as a version below the candidate',
      makeStable('1.4.9'),
      switched,
      '1.4.9 is below 1.5.0-rc.1, which is live. Leave the version out to get 1.5.0.',
    ],
    ['canary on hold', canary(6), onHold(withCanary), isOnHold],
    ['canary without a candidate', canary(5), onlyLive, `shop has no candidate. ${made}`],
    ...[-1, 101, 0.5, NaN, Infinity].map((percent): [string, Command, ServiceRelease, string] => [
      `canary of ${percent}`,
      canary(percent),
      withCandidate,
      `${percent} is not a share in per cent: a whole number from 0 to 100.`,
    ]),
    ['abort without a candidate', abort, onlyLive, `shop has no candidate. ${made}`],
    [
      'abort of what was live before',
      abort,
      switched,
      `shop has no candidate: blue holds 1.4.2, which was live before; to go back to it: evenkeel rollback shop. ${made}`,
    ],
    [
      'abort while clients are on the candidate',
      abort,
      withCanary,
      "5 % of shop's clients are on the candidate: evenkeel canary shop 0 comes first.",
    ],
    ['hold without a reason', hold(' \n'), onlyLive, 'A hold needs a reason: evenkeel hold shop --why "…".'],
    [
      'hold on hold',
      hold('another fair'),
      onHold(onlyLive),
      'shop is on hold already: the fair (eva@desk, 2026-11-21T13:00Z).',
    ],
    ['unhold without a hold', unhold, onlyLive, 'shop is not on hold.'],
  ])('%s', (_, command, shop, words) => {
    expectRefusal(command, { shop }, words);
  });

  it.each<[string, Command]>([
    ['switch', switchLive],
    ['rollback', rollback],
    ['release', makeStable()],
    ['canary', canary(5)],
    ['abort', abort],
    ['hold', hold('the fair')],
    ['unhold', unhold],
    ['maintenance', maintenance],
  ])('%s of a service that has no release', (_, command) => {
    const first = 'The first one is made by: evenkeel prerelease shop VERSION.';
    expectRefusal(command, {}, `shop has no release yet. ${first}`);
    expectRefusal(
      command,
      { blog: onlyLive, cart: onlyLive },
      `shop has no release yet. Those that have one: blog, cart. ${first}`,
    );
  });

  it('does not take what every JavaScript object has for a release', () => {
    expectRefusal(
      (now) => transitions.switchLive(now, 'constructor', author),
      {},
      'constructor has no release yet. The first one is made by: evenkeel prerelease constructor VERSION.',
    );
  });
});
