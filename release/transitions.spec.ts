import type { HistoryEntry, ServiceRelease } from '../config/site-config';
import {
  another,
  blog,
  candidate,
  config,
  live,
  onHold,
  shopOf,
  stable,
  switched,
  withCandidate,
  withCanary,
  withNext,
} from '../test/release-examples';
import { author } from '../test/releases';
import * as transitions from './transitions';

const shopIs = (shop: ServiceRelease) => config({ blog, shop });
const history = (entry: Omit<HistoryEntry, 'at' | 'by'>): Pick<ServiceRelease, 'history'> => ({
  history: [{ ...author, ...entry }],
});

describe('switchLive', () => {
  it('makes the candidate live, takes its canary share away, and keeps the old version for a rollback', () => {
    expect(shopOf(transitions.switchLive(shopIs(withCanary), 'shop', author))).toEqual({
      ...switched,
      generation: 8,
      ...history({ did: 'switch', from: '1.4.2', to: '1.5.0-rc.1' }),
    });
  });

  it('forgets what an abort would have put back', () => {
    expect(shopOf(transitions.switchLive(shopIs(withNext), 'shop', author))).toEqual({
      live: 'blue',
      canary: 0,
      blue: another,
      green: candidate,
      previous: candidate,
      generation: 8,
      ...history({ did: 'switch', from: '1.5.0-rc.1', to: '1.5.0-rc.2' }),
    });
  });
});

describe('rollback', () => {
  it.each([
    ['goes back to what was live before, and leaves the other as the candidate', switched, withCandidate],
    ['does so on hold', onHold(switched), onHold(withCandidate)],
    [
      'goes back from what has become stable',
      { ...switched, green: stable },
      { ...withCandidate, green: stable },
    ],
  ])('%s', (_, shop, back) => {
    expect(shopOf(transitions.rollback(shopIs(shop), 'shop', author))).toEqual({
      ...back,
      generation: 8,
      ...history({ did: 'rollback', from: shop.green!.version, to: '1.4.2' }),
    });
  });

  it('is possible again once a later candidate has been taken away', () => {
    const aborted = transitions.abort(shopIs(withNext), 'shop', author);
    const back = shopOf(transitions.rollback(aborted, 'shop', author));
    expect(back).toMatchObject({ live: 'blue', blue: live, green: candidate, generation: 9 });
  });

  it('can be taken back by a switch', () => {
    const back = transitions.rollback(shopIs(switched), 'shop', author);
    const { history: _, ...shop } = shopOf(transitions.switchLive(back, 'shop', author));
    expect(shop).toEqual({ ...switched, generation: 9 });
  });
});

describe('makeStable', () => {
  it('gives the live image its stable version, in place: tag, digest and generation stay', () => {
    expect(shopOf(transitions.makeStable(shopIs(switched), 'shop', author))).toEqual({
      ...switched,
      green: stable,
      generation: 7,
      ...history({ did: 'release', from: '1.5.0-rc.1', to: '1.5.0' }),
    });
  });

  it('takes another stable version above the candidate', () => {
    const { green } = shopOf(transitions.makeStable(shopIs(switched), 'shop', author, '2.0.0'));
    expect(green).toEqual({ ...stable, version: '2.0.0' });
  });

  it('keeps the tag that the slot got its image under', () => {
    const tagged = { ...switched, green: { ...candidate, tag: '1.5.0-nightly' } };
    const { green } = shopOf(transitions.makeStable(shopIs(tagged), 'shop', author));
    expect(green).toEqual({ ...stable, tag: '1.5.0-nightly' });
  });

  it('does not mind a later candidate', () => {
    expect(shopOf(transitions.makeStable(shopIs(withNext), 'shop', author))).toMatchObject({
      ...withNext,
      green: stable,
    });
  });
});

describe('hold and unhold', () => {
  it('write a reason of one line, for which the edges have nothing to do', () => {
    const held = transitions.hold(shopIs(switched), 'shop', '  the fair,\n until Monday ', author);
    expect(shopOf(held)).toEqual({
      ...switched,
      generation: 7,
      hold: { why: 'the fair, until Monday', ...author },
      ...history({ did: 'hold', note: 'the fair, until Monday' }),
    });
    expect(shopOf(transitions.unhold(held, 'shop', author))).toEqual({
      ...switched,
      generation: 7,
      history: [
        { ...author, did: 'hold', note: 'the fair, until Monday' },
        { ...author, did: 'unhold', note: 'the fair, until Monday' },
      ],
    });
  });
});

describe('setMaintenance', () => {
  it('is turned on and off, on hold too', () => {
    const on = transitions.setMaintenance(shopIs(onHold(switched)), 'shop', true, author);
    expect(shopOf(on)).toEqual({
      ...onHold(switched),
      maintenance: true,
      generation: 8,
      ...history({ did: 'maintenance', to: 'on' }),
    });
    const { history: entries, ...off } = shopOf(transitions.setMaintenance(on, 'shop', false, author));
    expect(off).toStrictEqual({ ...onHold(switched), generation: 9 });
    expect(entries).toHaveLength(2);
  });

  it.each([
    [true, { ...switched, maintenance: true }],
    [false, { ...switched, maintenance: false }],
    [false, switched],
  ])('changes nothing when it is %s already', (on, shop) => {
    const before = shopIs(shop);
    expect(transitions.setMaintenance(before, 'shop', on, author)).toBe(before);
  });
});

describe('stableVersion', () => {
  it.each([
    ['1.5.0-rc.2', '1.5.0'],
    ['10.0.12-beta', '10.0.12'],
    ['1.5.0', '1.5.0'],
  ])('of %s is %s', (version, of) => {
    expect(transitions.stableVersion(version)).toBe(of);
  });
});

describe('the history', () => {
  it('keeps the last 20 acts, the newest last', () => {
    let now = shopIs(switched);
    for (let act = 1; act <= 25; act++)
      now = transitions.setMaintenance(now, 'shop', act % 2 === 1, { ...author, by: `operator ${act}` });
    const { history: entries } = now.services['shop']!;
    expect(entries).toHaveLength(20);
    expect(entries![0]).toEqual({ at: author.at, by: 'operator 6', did: 'maintenance', to: 'off' });
    expect(entries![19]).toEqual({ at: author.at, by: 'operator 25', did: 'maintenance', to: 'on' });
  });
});
