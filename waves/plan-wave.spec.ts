import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { author, release } from '../test/releases';
import { planWave } from './plan-wave';
import type { SiteView } from './site-view';
import type { WaveAct } from './wave-act';

const old = release('1.4.2', 'a');
const next = release('1.5.0-rc.1', 'b');

/** A site that has followed its stack file. */
function view(site: string, shop: Partial<ServiceRelease> = {}, generation = 6): SiteView {
  const file: ReleaseConfig = {
    generation,
    services: { shop: { live: 'blue', canary: 0, blue: old, ...shop } },
  };
  return { site, release: file, running: [pointerFromConfig(file)] };
}
const candidate = { green: next };
const switched = { green: next, live: 'green' as const, previous: old };

const plan = (act: WaveAct, ...views: SiteView[]) =>
  planWave(act, 'shop', views, author).map(({ site, needs }) => `${site}: ${needs}`);
const prerelease: WaveAct = { did: 'prerelease', version: next.version, digest: next.digest };

describe('planWave', () => {
  it('takes the sites in their order, and leaves out those that have it', () => {
    expect(plan(prerelease, view('fra'), view('home'))).toEqual(['fra: edit', 'home: edit']);
    expect(plan(prerelease, view('fra', candidate), view('home'))).toEqual(['home: edit']);
    expect(plan({ did: 'switch' }, view('fra', switched), view('home', candidate))).toEqual(['home: edit']);
    expect(plan({ did: 'switch' }, view('fra', switched), view('home', switched))).toEqual([]);
  });

  it('brings about what a stack file says and its site does not do', () => {
    const behind = { ...view('fra', switched), running: view('fra', candidate).running };
    expect(plan({ did: 'switch' }, behind, view('home', candidate))).toEqual(['fra: up', 'home: edit']);
    const half = {
      ...view('fra', switched),
      running: [...view('fra', switched).running!, ...behind.running!],
    };
    expect(plan({ did: 'switch' }, half, view('home', switched))).toEqual(['fra: up']);
    expect(plan(prerelease, { ...view('fra', candidate), running: [] })).toEqual(['fra: up']);
  });

  it('takes a site that was switched already for one that has the candidate', () => {
    expect(plan(prerelease, view('fra', switched), view('home'))).toEqual(['home: edit']);
    expect(plan({ did: 'canary', percent: 5 }, view('fra', switched), view('home', candidate))).toEqual([
      'home: edit',
    ]);
  });

  it('releases by the image, whatever the sites call it', () => {
    const stable: WaveAct = { did: 'release', version: '1.5.0' };
    const called = { ...switched, green: { ...next, version: '1.5.0', tag: next.version } };
    expect(plan(stable, view('fra', called), view('home', switched))).toEqual(['home: edit']);
    expect(plan(stable, view('fra', called), view('home', called))).toEqual([]);
    expect(plan({ ...stable, switch: true }, view('fra', called), view('home', candidate))).toEqual([
      'home: edit',
    ]);
  });

  it('switches once more to the same image after a redeploy', () => {
    const anew = { green: { ...old, redeployed: 7 } };
    const done = { ...anew, live: 'green' as const, previous: old };
    expect(plan({ did: 'switch' }, view('fra', done), view('home', anew))).toEqual(['home: edit']);
  });

  it.each<[WaveAct, ServiceRelease | object]>([
    [{ did: 'abort' }, candidate],
    [{ did: 'abort' }, { ...candidate, canary: 5 }],
    [{ did: 'hold', why: 'stocktaking' }, {}],
    [{ did: 'unhold' }, { hold: { why: 'stocktaking', ...author } }],
    [{ did: 'maintenance', on: true }, {}],
    [
      { did: 'canary', percent: 0 },
      { ...candidate, canary: 5 },
    ],
    [
      { did: 'canary', percent: 100, auto: true },
      { ...candidate, canary: 25 },
    ],
  ])('does %j where it is to do', (act, shop) => {
    expect(plan(act, view('fra', shop), view('home', shop))).toEqual(['fra: edit', 'home: edit']);
  });

  it('writes down what is only written down, also for a site that nobody reaches', () => {
    const away = { ...view('home'), running: undefined };
    expect(plan({ did: 'hold', why: 'stocktaking' }, view('fra'), away)).toEqual(['fra: edit', 'home: edit']);
  });
});

describe('a wave is refused before the first site is touched', () => {
  const refusal = (act: WaveAct, ...views: SiteView[]) => {
    try {
      planWave(act, 'shop', views, author);
    } catch (error) {
      return (error as Error).message;
    }
    return 'not refused';
  };

  it('when a later site refuses it, with that site and its own words', () => {
    const held = view('home', { ...candidate, hold: { why: 'stocktaking', ...author } });
    expect(refusal({ did: 'switch' }, view('fra', candidate), held)).toBe(
      'home: shop is on hold: stocktaking (eva@desk, 2026-11-21T13:00Z). To end it: evenkeel unhold shop.',
    );
    expect(refusal({ did: 'switch' }, view('fra', candidate), view('home'))).toMatch(
      /^home: shop has no candidate\./,
    );
  });

  it('when a site has another candidate', () => {
    const other = view('home', { green: release('1.6.0-rc.1', 'd') });
    expect(refusal({ did: 'switch' }, view('fra', candidate), other)).toBe(
      'home: the candidate is 1.6.0-rc.1, and fra has 1.5.0-rc.1: the sites of a wave get one and the same image. Give this ' +
        'site the same candidate first: evenkeel prerelease shop 1.5.0-rc.1',
    );
    expect(refusal({ did: 'canary', percent: 5 }, view('fra', candidate), other)).toMatch(
      /^home: the candidate is/,
    );
  });

  it('when another version is live than the one that is to be called stable', () => {
    expect(
      refusal({ did: 'release', version: '1.5.0' }, view('fra', switched), view('home', candidate)),
    ).toBe(
      'home: 1.4.2 is live, and fra has 1.5.0-rc.1: the sites of a wave get one and the same image. Make it live here first: ' +
        'evenkeel switch shop',
    );
  });

  it('in the words of its own command, when it is the first site', () => {
    expect(
      refusal({ did: 'release', version: '1.5.0' }, view('fra', candidate), view('home', candidate)),
    ).toMatch(
      /^fra: shop runs 1\.4\.2, which is stable already, and the candidate 1\.5\.0-rc\.1 is not live yet\./,
    );
  });

  it('when a site can not be reached, with what to do elsewhere', () => {
    const away = { ...view('home', candidate), running: undefined };
    expect(refusal({ did: 'switch' }, view('fra', candidate), away, view('nbg', candidate))).toBe(
      "home can't be reached, so the wave would stop there. To do it elsewhere all the same, site by site: --stack fra, then " +
        '--stack nbg. The same command without --stack then goes on at home when it is back.',
    );
    expect(refusal({ did: 'switch' }, away)).toBe(
      "home can't be reached, so the wave would stop there. See: evenkeel status",
    );
  });

  it('when one image has another digest than what is live under its version', () => {
    const moved = view('home', { green: { version: next.version, digest: digestOf('e') } });
    expect(refusal(prerelease, view('fra'), moved)).toMatch(/^home: 1\.5\.0-rc\.1 was another image/);
  });
});
