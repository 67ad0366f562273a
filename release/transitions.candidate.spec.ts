import type { HistoryEntry, ServiceRelease } from '../config/site-config';
import {
  another,
  blog,
  candidate,
  config,
  live,
  onHold,
  onlyLive,
  shopOf,
  switched,
  withCandidate,
  withCanary,
  withNext,
} from '../test/release-examples';
import { author, release } from '../test/releases';
import * as transitions from './transitions';

const shopIs = (shop: ServiceRelease) => config({ blog, shop });
const history = (entry: Omit<HistoryEntry, 'at' | 'by'>): Pick<ServiceRelease, 'history'> => ({
  history: [{ ...author, ...entry }],
});

describe('prerelease', () => {
  const { prerelease } = transitions;

  it('makes the first version of a service live at once', () => {
    const first = prerelease(transitions.noRelease, 'shop', live, author);
    expect(first).toEqual({
      generation: 1,
      services: {
        shop: { ...onlyLive, ...history({ did: 'prerelease', to: '1.4.2', note: 'the first version' }) },
      },
    });
  });

  it('does so for a service that is named like a member of every JavaScript object', () => {
    const first = prerelease(config({ blog, shop: onlyLive }), 'constructor', live, author);
    expect(first.services['constructor']).toMatchObject(onlyLive);
  });

  it('puts the candidate into the slot that was never used', () => {
    expect(shopOf(prerelease(shopIs(onlyLive), 'shop', candidate, author))).toEqual({
      ...withCandidate,
      generation: 8,
      ...history({ did: 'prerelease', to: '1.5.0-rc.1' }),
    });
  });

  it('remembers what the slot had, for an abort', () => {
    expect(shopOf(prerelease(shopIs(switched), 'shop', another, author))).toEqual({
      ...withNext,
      generation: 8,
      ...history({ did: 'prerelease', from: '1.4.2', to: '1.5.0-rc.2' }),
    });
  });

  it('replaces a candidate by a later one, and still remembers what was there before the first', () => {
    const later = release('1.5.0-rc.3', 'd');
    expect(shopOf(prerelease(shopIs(withNext), 'shop', later, author))).toEqual({
      ...withNext,
      blue: later,
      generation: 8,
      ...history({ did: 'prerelease', from: '1.5.0-rc.2', to: '1.5.0-rc.3' }),
    });
    expect(shopOf(prerelease(shopIs(withCandidate), 'shop', another, author))).not.toHaveProperty('replaced');
  });

  it.each([
    ['the candidate', withCandidate, candidate],
    ['the candidate, while clients are on it', withCanary, candidate],
    ['the first version', onlyLive, live],
  ])('changes nothing when %s is asked for again', (_, shop, again) => {
    const before = shopIs(shop);
    expect(prerelease(before, 'shop', again, author)).toBe(before);
  });

  it.each([
    ['a version below the live one', withCandidate, release('1.4.2-rc.9', 'd')],
    ['a version below the candidate', { ...withCandidate, green: another }, candidate],
    [
      'another image under the version of the candidate',
      withCandidate,
      { ...candidate, digest: another.digest },
    ],
  ])('takes %s when forced, and says so in the history', (_, shop, next) => {
    const idle = shop.green!;
    expect(shopOf(prerelease(shopIs(shop), 'shop', next, author, true))).toEqual({
      ...shop,
      green: next,
      generation: 8,
      ...history({ did: 'prerelease', from: idle.version, to: next.version, note: '--force' }),
    });
  });
});

describe('setCanary', () => {
  it('gives the candidate a share, and says from what to what', () => {
    expect(shopOf(transitions.setCanary(shopIs(withCandidate), 'shop', 5, author, 'by hand'))).toEqual({
      ...withCanary,
      generation: 8,
      ...history({ did: 'canary', from: '0 %', to: '5 %', note: 'by hand' }),
    });
  });

  it.each([0, 4])('takes clients back on hold too (to %d per cent)', (percent) => {
    expect(shopOf(transitions.setCanary(shopIs(onHold(withCanary)), 'shop', percent, author))).toMatchObject({
      canary: percent,
      generation: 8,
    });
  });

  it.each([
    [5, withCanary],
    [0, onlyLive],
  ])('changes nothing when the share is %d already', (percent, shop) => {
    const before = shopIs(shop);
    expect(transitions.setCanary(before, 'shop', percent, author)).toBe(before);
  });
});

describe('abort', () => {
  it.each([
    ['what the slot had before', withNext, switched],
    ['the live version, where it had nothing', withCandidate, { ...onlyLive, green: live }],
    ['the same on hold', onHold(withNext), onHold(switched)],
  ])('puts back %s', (_, shop, back) => {
    const idle = shop.live === 'blue' ? shop.green! : shop.blue!;
    expect(shopOf(transitions.abort(shopIs(shop), 'shop', author))).toEqual({
      ...back,
      generation: 8,
      ...history({ did: 'abort', from: idle.version, to: '1.4.2' }),
    });
  });

  it('leaves no candidate', () => {
    const aborted = transitions.abort(shopIs(withCandidate), 'shop', author);
    expect(() => transitions.switchLive(aborted, 'shop', author)).toThrow(
      'shop has no candidate: green holds 1.4.2.',
    );
  });
});
