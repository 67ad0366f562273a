import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { candidateOf } from './candidate-of';
import { redeploy } from './redeploy';
import { abort, rollback, switchLive, type Author } from './transitions';

const author: Author = { at: '2026-11-21T13:00Z', by: 'anna@laptop' };
const old = { version: '1.4.2', digest: digestOf('a') };
const live = { version: '1.5.0', digest: digestOf('b'), tag: '1.5.0-rc.2' };

function of(shop: Partial<ServiceRelease> = {}): ReleaseConfig {
  const service: ServiceRelease = {
    live: 'green',
    canary: 0,
    blue: old,
    green: live,
    previous: old,
    ...shop,
  };
  return { generation: 7, services: { shop: service } };
}

describe('redeploy', () => {
  it('makes a candidate of the live version, in the idle slot', () => {
    const { generation, services } = redeploy(of(), 'shop', author);
    expect(generation).toBe(8);
    expect(services['shop']).toMatchObject({
      live: 'green',
      green: live,
      blue: { ...live, redeployed: 8 },
      replaced: old,
    });
    expect(candidateOf(services['shop']!)).toEqual({ ...live, redeployed: 8 });
  });

  it('is made live by a switch, and undone by a rollback', () => {
    const switched = switchLive(redeploy(of(), 'shop', author), 'shop', author);
    expect(switched.services['shop']).toMatchObject({ live: 'blue', previous: live });
    expect(rollback(switched, 'shop', author).services['shop']).toMatchObject({ live: 'green' });
  });

  it('can be done again after the switch', () => {
    const switched = switchLive(redeploy(of(), 'shop', author), 'shop', author);
    const again = redeploy(switched, 'shop', author).services['shop']!;
    expect(candidateOf(again)).toEqual({ ...live, redeployed: 10 });
    expect(again).toMatchObject({ live: 'blue', replaced: live });
  });

  it('is taken away by an abort, which puts back what the slot had', () => {
    expect(abort(redeploy(of(), 'shop', author), 'shop', author).services['shop']).toMatchObject({
      blue: old,
    });
  });

  it('said twice replaces the first one, and an abort puts back what was there before both', () => {
    const twice = redeploy(redeploy(of(), 'shop', author), 'shop', author);
    expect(twice.services['shop']).toMatchObject({ blue: { ...live, redeployed: 9 }, replaced: old });
    expect(abort(twice, 'shop', author).services['shop']).toMatchObject({ blue: old });
  });

  it.each([
    [
      'a candidate',
      of({ blue: { version: '1.6.0-rc.1', digest: digestOf('c') } }),
      'shop has a candidate, 1.6.0-rc.1, which gets the new settings when it is deployed. Make it live (evenkeel switch shop), ' +
        'or take it away first: evenkeel abort shop.',
    ],
    [
      'a share of the clients on the very same image',
      of({ blue: { ...live, redeployed: 6 }, canary: 5 }),
      "5 % of shop's clients are on the candidate, so its slot can't be changed. Take them back first: evenkeel canary shop 0.",
    ],
    [
      'a hold',
      of({ hold: { why: 'stocktaking', ...author } }),
      'shop is on hold: stocktaking (anna@laptop, 2026-11-21T13:00Z). To end it: evenkeel unhold shop.',
    ],
  ])('is refused with %s', (_what, release, words) => {
    expect(() => redeploy(release, 'shop', author)).toThrow(words);
  });
});
