import type { ReleaseConfig } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { switchLive } from '../release/transitions';
import { author as eva, release } from '../test/releases';
import type { SiteView } from '../waves/site-view';
import type { Output } from './change-release';
import { UpError } from './converge';
import type { SitesOptions } from './stack-options';
import { inWave, WaveStopped } from './wave';

const files: Record<string, ReleaseConfig> = {};
const runs: Record<string, ReleaseConfig> = {};
const away = new Set<string>();

const names = ['fra', 'home'];
jest.mock('./chosen-sites', () => ({
  ...jest.requireActual<object>('./chosen-sites'),
  chosenSites: ({ stack }: SitesOptions) =>
    Promise.resolve(stack ? undefined : names.map((site) => ({ site, stack: site }))),
}));
jest.mock('./site-views', () => ({
  openSites: (sites: object[]) => Promise.resolve(sites),
  viewSites: (sites: { site: string }[], _options: unknown, unread: boolean): Promise<SiteView[]> =>
    Promise.resolve(
      sites.map(({ site }) => ({
        site,
        release: files[site]!,
        running: away.has(site) ? undefined : [pointerFromConfig((unread ? files : runs)[site]!)],
      })),
    ),
}));
jest.mock('./project', () => ({
  openProject: ({ stack }: SitesOptions) => Promise.resolve({ stack, release: files[stack!]! }),
}));

describe('inWave', () => {
  let said: string[];
  let done: string[];
  beforeEach(() => {
    for (const site of names) {
      const shop = {
        live: 'blue' as const,
        canary: 0,
        blue: release('1.4.2', 'a'),
        green: release('1.5.0-rc.1', 'b'),
      };
      runs[site] = files[site] = { generation: 6, services: { shop } };
    }
    away.clear();
    said = [];
    done = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  /** What a command does at one site, or how it fails there. */
  const at =
    (failures: Record<string, Error> = {}, works = true) =>
    ({ stack }: SitesOptions, output: Output) => {
      const site = stack!;
      done.push(site);
      output.log('switching');
      if (failures[site]) return Promise.reject(failures[site]);
      files[site] = switchLive(files[site]!, 'shop', eva);
      if (works) runs[site] = files[site];
      output.done({ did: 'switch' }, ['done']);
      return Promise.resolve();
    };
  const wave = (act = at(), options = {}) =>
    inWave({ service: 'shop', act: () => ({ did: 'switch' }), at: act }, options);
  const failure = (act: ReturnType<typeof at>) =>
    wave(act).catch((error: unknown) => error as Error) as Promise<Error>;

  it('does it at one site after the other, says which, and gives the results by site', async () => {
    await wave(at(), { json: true });
    expect(done).toEqual(['fra', 'home']);
    expect(JSON.parse(said.at(-1)!)).toEqual({ fra: { did: 'switch' }, home: { did: 'switch' } });
    expect(said.slice(0, -1)).toEqual([
      'sites: fra, then home',
      'fra: switching',
      'fra: done',
      'home: switching',
      'home: done',
    ]);
  });

  it('says for people what all sites have in the end', async () => {
    await wave();
    expect(said.at(-1)).toBe(
      'all sites: fra 1.5.0-rc.1 live (generation 7), home 1.5.0-rc.1 live (generation 7)',
    );
    expect(said).toContain('home: done');
  });

  it('is the command of one site where a stack is named', async () => {
    await wave(at(), { stack: 'home' });
    expect(done).toEqual(['home']);
    expect(said).toEqual(['switching', 'done']);
  });

  it('stops at a failure, says what each site has, and goes on there when it is said again', async () => {
    const error = await failure(at({ home: new UpError('the acceptance command refuses it') }));
    expect(error).toBeInstanceOf(WaveStopped);
    expect(error.message).toBe(
      'home: the acceptance command refuses it\n' +
        'The wave stopped at home: fra 1.5.0-rc.1 live (generation 7), home 1.4.2 live, candidate 1.5.0-rc.1 (generation 6). ' +
        'Finish with `evenkeel switch shop` or roll back with `evenkeel rollback shop`.',
    );
    await wave();
    expect(done).toEqual(['fra', 'home', 'home']);
    expect(said).toContain('sites: fra (has it already), then home');
  });

  it('goes no further than the first site', async () => {
    expect(await failure(at({ fra: new UpError('no') }))).toBeInstanceOf(WaveStopped);
    expect(done).toEqual(['fra']);
  });

  it('stays a refusal while nothing was changed, and is none after that', async () => {
    expect(await failure(at({ fra: new Refusal('Not confirmed') }))).toBeInstanceOf(Refusal);
    expect(await failure(at({ home: new Refusal('Not confirmed') }))).toBeInstanceOf(WaveStopped);
  });

  it('keeps a fault of its own one', async () => {
    const fault = new TypeError('x is not a function');
    expect(await failure(at({ home: fault }))).toBe(fault);
    expect(fault.message).toMatch(/The wave stopped at home: fra 1\.5\.0-rc\.1 live/);
  });

  it('does not do it twice at a site that does not follow', async () => {
    const error = await failure(at({}, false));
    expect(error.message).toMatch(
      /^fra: it was done, and the site is not as it should be\. See: evenkeel status\n/,
    );
    expect(done).toEqual(['fra']);
  });

  it('stops where a site can not be reached any more', async () => {
    const dies = async (options: SitesOptions, output: Output) => {
      await at()(options, output);
      away.add('home');
    };
    const error = (await wave(dies).catch((each: unknown) => each)) as Error;
    expect(error).toBeInstanceOf(WaveStopped);
    expect(error.message).toMatch(
      /home can't be reached.*\n.*home 1\.4\.2 live, candidate 1\.5\.0-rc\.1 \(not reached/,
    );
    expect(done).toEqual(['fra']);
  });

  it('is refused when no site needs it', async () => {
    await wave();
    await expect(wave()).rejects.toThrow(
      'no site has anything to do for `evenkeel switch shop`: fra 1.5.0-rc.1 live (generation 7), home 1.5.0-rc.1 live (generation 7).',
    );
  });

  it('ends with a canary that is not good enough, and its exit code', async () => {
    const notGood = ({ stack }: SitesOptions, output: Output) => {
      done.push(stack!);
      output.done({ did: 'canary' }, []);
      process.exitCode = 4;
      return Promise.resolve();
    };
    try {
      await inWave(
        { service: 'shop', act: () => ({ did: 'canary', percent: 100, auto: true }), at: notGood },
        {},
      );
      expect({ done, code: process.exitCode }).toEqual({ done: ['fra'], code: 4 });
      expect(said.join('\n')).toMatch(/The wave stops at fra: fra 1\.4\.2 live, candidate 1\.5\.0-rc\.1/);
    } finally {
      process.exitCode = undefined;
    }
  });
});
