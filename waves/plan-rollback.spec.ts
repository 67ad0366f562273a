import type { ReleaseConfig, ServiceRelease } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { rollback } from '../release/transitions';
import { author, release } from '../test/releases';
import { planRollback } from './plan-rollback';
import type { SiteView } from './site-view';

const older = release('1.3.0', 'c');
const old = release('1.4.2', 'a');
const next = release('1.5.0-rc.1', 'b');
const switched = { green: next, live: 'green' as const, previous: old };

function view(site: string, shop: Partial<ServiceRelease>): SiteView {
  const file: ReleaseConfig = {
    generation: 6,
    services: { shop: { live: 'blue', canary: 0, blue: old, ...shop } },
  };
  return { site, release: file, running: [pointerFromConfig(file)] };
}
const away = (seen: SiteView): SiteView => ({ ...seen, running: undefined });
const back = (seen: SiteView): SiteView => {
  const file = rollback(seen.release, 'shop', author);
  return { ...seen, release: file, running: [pointerFromConfig(file)] };
};
const plan = (...views: SiteView[]) =>
  planRollback('shop', views).map(({ site, needs }) => `${site}: ${needs}`);

describe('planRollback', () => {
  it('takes back all sites that have what is live at the first one', () => {
    expect(plan(view('fra', switched), view('home', switched))).toEqual(['fra: flip', 'home: flip']);
  });

  it('leaves a site alone that the release has not reached, although it could go back to something older', () => {
    const before = { green: older, previous: older };
    expect(plan(view('fra', switched), view('home', before))).toEqual(['fra: flip']);
    expect(plan(back(view('fra', switched)), view('home', before))).toEqual([]);
    expect(plan(view('fra', switched), view('home', { green: next, replaced: older }))).toEqual([
      'fra: flip',
    ]);
  });

  it('takes back the others when the first one has gone back, also when its candidate is gone', () => {
    expect(plan(back(view('fra', switched)), view('home', switched))).toEqual(['home: flip']);
    expect(plan(view('fra', {}), view('home', switched))).toEqual(['home: flip']);
  });

  it('takes each site back to what it had', () => {
    expect(plan(view('fra', switched), view('home', { ...switched, blue: older, previous: older }))).toEqual([
      'fra: flip',
      'home: flip',
    ]);
  });

  it('knows the image, whatever a site calls it', () => {
    const stable = { ...switched, green: { ...next, version: '1.5.0', tag: next.version } };
    expect(plan(view('fra', stable), view('home', switched))).toEqual(['fra: flip', 'home: flip']);
  });

  it('writes it down for a site that can not be reached, and brings it about when it is back', () => {
    expect(plan(view('fra', switched), away(view('home', switched)))).toEqual(['fra: flip', 'home: write']);
    const written = { ...back(view('home', switched)), running: view('home', switched).running };
    expect(plan(back(view('fra', switched)), away(written))).toEqual(['home: wait']);
    expect(plan(back(view('fra', switched)), written)).toEqual(['home: up']);
    expect(plan(back(view('fra', switched)), back(view('home', switched)))).toEqual([]);
  });

  it('takes back a redeploy', () => {
    const anew = { green: { ...old, redeployed: 7 }, live: 'green' as const, previous: old };
    expect(plan(view('fra', anew), view('home', anew), view('nbg', {}))).toEqual(['fra: flip', 'home: flip']);
    expect(plan(back(view('fra', anew)), view('home', anew))).toEqual(['home: flip']);
  });

  it('has nothing to do where nothing was switched', () => {
    expect(plan(view('fra', {}), view('home', { green: next }))).toEqual([]);
  });
});
