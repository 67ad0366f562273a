import type { HistoryEntry, SiteConfig } from '../config/site-config';
import { fiveNodes } from '../test/sites';
import { formatHistory } from './format-history';
import { historyOf } from './history';

const by = 'anna@laptop';
const shopHistory: HistoryEntry[] = [
  { at: '2026-07-30T08:00:00.000Z', by, did: 'prerelease', from: '1.4.1', to: '1.5.0-rc.1' },
  { at: '2026-07-31T22:30:00.000Z', by, did: 'canary', from: '0 %', to: '10 %', note: 'a quiet evening' },
  { at: '2026-08-01T06:00:00.000Z', by: 'ben@ci', did: 'switch', from: '1.4.2', to: '1.5.0-rc.1' },
];
const blogHistory: HistoryEntry[] = [
  { at: '2026-07-31T12:00:00.000Z', by, did: 'prerelease', to: '2.0.0', note: 'the first version' },
];

function site(shop = shopHistory, blog: HistoryEntry[] | undefined = blogHistory): SiteConfig {
  const config = fiveNodes();
  config.release.services['shop']!.history = shop;
  config.release.services['blog']!.history = blog;
  return config;
}

const file = 'stacks/Pulumi.shop-eu.yaml';
const options = { colours: false, timeZone: 'Europe/Berlin' };

describe('historyOf', () => {
  it('has the entries of all services, the newest first', () => {
    const { entries, cut, gitLog } = historyOf(site(), undefined, file);
    expect(entries.map(({ service, did }) => `${service} ${did}`)).toEqual([
      'shop switch',
      'shop canary',
      'blog prerelease',
      'shop prerelease',
    ]);
    expect(entries[0]).toEqual({ service: 'shop', ...shopHistory[2] });
    expect(cut).toEqual([]);
    expect(gitLog).toBe('git log -p -- stacks/Pulumi.shop-eu.yaml');
  });

  it('has the entries of one service', () => {
    expect(historyOf(site(), 'blog', file).entries).toEqual([{ service: 'blog', ...blogHistory[0] }]);
  });

  it('turns the order of the file round where two entries have the same time', () => {
    const at = '2026-08-01T06:00:00.000Z';
    const entries = [
      { at, by, did: 'switch' },
      { at, by, did: 'release' },
    ];
    expect(historyOf(site(entries), 'shop', file).entries.map(({ did }) => did)).toEqual([
      'release',
      'switch',
    ]);
  });

  it.each([
    [19, []],
    [20, ['shop']],
  ])('knows of %d entries whether there may be more in Git', (length, cut) => {
    const entries = Array.from({ length }, () => shopHistory[0]!);
    expect(historyOf(site(entries), undefined, file).cut).toEqual(cut);
  });

  it('refuses a service that is not there, and guesses which one was meant', () => {
    expect(() => historyOf(site(), 'shp', file)).toThrow(
      'shop-eu has no service shp: it has shop, blog. Did you mean shop?',
    );
  });

  it('quotes a path for the shell', () => {
    expect(historyOf(site(), undefined, "my stacks/it's.yaml").gitLog).toBe(
      "git log -p -- 'my stacks/it'\\''s.yaml'",
    );
  });
});

describe('formatHistory', () => {
  it('is a table with local times', () => {
    expect(formatHistory(historyOf(site(), undefined, file), options)).toBe(
      `TIME                 SERVICE  DID         CHANGE               BY           NOTE
2026-08-01 08:00:00  shop     switch      1.4.2 -> 1.5.0-rc.1  ben@ci
2026-08-01 00:30:00  shop     canary      0 % -> 10 %          anna@laptop  a quiet evening
2026-07-31 14:00:00  blog     prerelease  2.0.0                anna@laptop  the first version
2026-07-30 10:00:00  shop     prerelease  1.4.1 -> 1.5.0-rc.1  anna@laptop
`,
    );
  });

  it('says where the rest is, when the list is cut', () => {
    const entries = Array.from({ length: 20 }, () => shopHistory[0]!);
    expect(formatHistory(historyOf(site(entries), undefined, file), options)).toMatch(
      /\nOf shop only the newest entries are kept; the rest is in Git: git log -p -- stacks\/Pulumi\.shop-eu\.yaml\n$/,
    );
  });

  it('says so when there is nothing', () => {
    expect(formatHistory(historyOf(site([], undefined), 'shop', file), options)).toBe(
      'shop-eu: nothing was released with evenkeel yet. What Git knows: git log -p -- stacks/Pulumi.shop-eu.yaml\n',
    );
  });
});
