import type { ReleaseConfig } from '../config/site-config';
import { NoEdgeReached } from '../edge/roll-back';
import { pointerFromConfig } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { rollback, switchLive } from '../release/transitions';
import { author as eva, release } from '../test/releases';
import type { SiteView } from '../waves/site-view';
import type { Act } from './change-release';
import { rollBackSites } from './roll-back-sites';
import type { SitesOptions } from './stack-options';
import { WaveStopped } from './wave';

const names = ['fra', 'home', 'nbg'];
const files: Record<string, ReleaseConfig> = {};
const runs: Record<string, ReleaseConfig> = {};
const away = new Set<string>();
const sick = new Set<string>();
let did: string[] = [];

jest.mock('./chosen-sites', () => ({
  ...jest.requireActual<object>('./chosen-sites'),
  chosenSites: () => Promise.resolve(names.map((site) => ({ site, stack: site }))),
}));
const pointers = (site: string) => (away.has(site) ? undefined : [pointerFromConfig(runs[site]!)]);
jest.mock('./site-views', () => ({
  openSites: (sites: object[]) => Promise.resolve(sites),
  readPointers: ({ site }: { site: string }) => Promise.resolve(pointers(site)),
  viewSites: (sites: { site: string }[], _options: unknown, unread: boolean): Promise<SiteView[]> =>
    Promise.resolve(
      sites.map(({ site }) => ({
        site,
        release: files[site]!,
        running: unread ? [pointerFromConfig(files[site]!)] : pointers(site),
      })),
    ),
}));
jest.mock('./keep-out-of-dns', () => ({
  keepOutOfDns: ({ stack }: SitesOptions) => Promise.resolve(void did.push(`keep out ${stack}`)),
}));
jest.mock('./roll-back', () => ({
  flipBack: async (_service: string, { stack }: SitesOptions) => {
    const site = stack!;
    await new Promise(setImmediate);
    if (away.has(site)) throw new NoEdgeReached(`No edge of ${site}`);
    if (sick.has(site)) throw new Refusal(`blue of ${site} is sick`);
    did.push(`flip ${site}`);
    runs[site] = files[site] = rollback(files[site]!, 'shop', eva);
    return () => Promise.resolve(void did.push(`up ${site}`));
  },
}));
jest.mock('./change-release', () => ({
  ...jest.requireActual<object>('./change-release'),
  changeRelease: async ({ change }: Act, { stack, configOnly }: SitesOptions & { configOnly?: boolean }) => {
    const site = stack!;
    files[site] = await change(files[site]!, undefined as never);
    did.push(`${configOnly ? 'write' : 'up'} ${site}`);
    if (!configOnly) runs[site] = files[site];
    return { change: {} };
  },
}));

describe('rollBackSites', () => {
  let said: string[];
  beforeEach(() => {
    const shop = {
      live: 'blue' as const,
      canary: 0,
      blue: release('1.4.2', 'a'),
      green: release('1.5.0-rc.1', 'b'),
    };
    for (const site of names) runs[site] = files[site] = { generation: 6, services: { shop } };
    for (const site of ['fra', 'home']) runs[site] = files[site] = switchLive(files[site]!, 'shop', eva);
    away.clear();
    sick.clear();
    did = [];
    said = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  const failure = () => rollBackSites('shop', {}).catch((error: unknown) => error) as Promise<Error>;

  it('takes back all sites that have it before Pulumi runs at any, and leaves the others alone', async () => {
    await rollBackSites('shop', {});
    expect(did).toEqual(['flip fra', 'flip home', 'up fra', 'up home']);
    expect(said).toContain(
      'sites that go back: fra, home; as they are: nbg 1.4.2 live, candidate 1.5.0-rc.1 (generation 6)',
    );
    expect(said.at(-1)).toMatch(
      /^all sites: fra 1\.4\.2 live, candidate 1\.5\.0-rc\.1 \(generation 8\), home 1\.4\.2/,
    );
  });

  it('names a site that can not be reached, and takes it back when it is there again', async () => {
    away.add('home');
    const error = await failure();
    expect(error).toBeInstanceOf(WaveStopped);
    expect(error.message).toBe(
      "home: can't be reached, so it has what it had; its stack file has gone back. When the site is there again, it follows with " +
        '`evenkeel rollback shop`, or with its next `pulumi up`.\n' +
        'Not all sites are back: fra 1.4.2 live, candidate 1.5.0-rc.1 (generation 8), home 1.4.2 live, candidate 1.5.0-rc.1 (not ' +
        'reached; its stack file: generation 8), nbg 1.4.2 live, candidate 1.5.0-rc.1 (generation 6). Finish with `evenkeel rollback shop`.',
    );
    expect(did.indexOf('write home')).toBeLessThan(did.indexOf('keep out home'));
    expect([...did].sort()).toEqual(['flip fra', 'keep out home', 'up fra', 'write home']);
    expect((await failure()).message).toMatch(/^home: can't be reached/);
    away.clear();
    did = [];
    await rollBackSites('shop', {});
    expect(did).toEqual(['up home']);
  });

  it('lets a site that refuses it keep none of the others, and is no refusal then', async () => {
    sick.add('fra');
    const error = await failure();
    expect(error).toBeInstanceOf(WaveStopped);
    expect(error.message).toMatch(
      /^fra: blue of fra is sick\nNot all sites are back: fra 1\.5\.0-rc\.1 live/,
    );
    expect(did).toEqual(['flip home', 'up home']);
  });

  it('is a refusal where every site refuses it', async () => {
    sick.add('fra').add('home');
    expect(await failure()).toBeInstanceOf(Refusal);
    expect(did).toEqual([]);
  });

  it('is refused in the words of the first site when there is nothing to take back', async () => {
    await rollBackSites('shop', {});
    const error = await failure();
    expect(error).toBeInstanceOf(Refusal);
    expect(error.message).toMatch(
      /^fra: shop has nothing to go back to: .* To take one site back alone, say --stack\.$/,
    );
  });
});
