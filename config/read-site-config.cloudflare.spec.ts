import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith } from './stack.fixture';

const section = {
  zone: 'example.com',
  zoneId: '023e105f4ecef8ad9ca31a8372d0c353',
  token: 'cloudflare-token',
};
/** The section with edits, and the secret that it names. */
const withSection = (edits: object = {}) => ({
  cloudflare: { ...section, ...edits },
  secretNames: ['cloudflare-token'],
  'edge/tls': { certificate: { cloudflare: {} } },
});
const key = 'evenkeel:cloudflare';
const id = '32 hex digits in lower case';
const url = 'an https URL without query and without / at its end; http only to a private address';
const example = 'Write for example `https://api.cloudflare.com/client/v4`.';

describe('readSiteConfig: Cloudflare', () => {
  it('does without the section, and then has none', () => {
    expect('cloudflare' in readSiteConfig(stackWith({}))).toBe(false);
  });

  it('is strict, speaks TLS 1.2 and newer, and sends everybody to https, unless told otherwise', () => {
    expect(readSiteConfig(stackWith(withSection())).cloudflare).toEqual({
      ...section,
      settings: { ssl: 'strict', minTlsVersion: '1.2', alwaysUseHttps: 'on', originPulls: 'leave' },
    });
  });

  it('leaves alone what it is told to', () => {
    const settings = { ssl: 'leave', minTlsVersion: 'leave', alwaysUseHttps: 'leave', originPulls: 'leave' };
    expect(readSiteConfig(stackWith(withSection({ settings }))).cloudflare?.settings).toEqual(settings);
  });

  it.each(['https://api.example.com/client/v4', 'http://10.199.0.7:8787/client/v4', 'http://127.0.0.1:1/x'])(
    'takes the address %s',
    (apiUrl) => expect(mistakesWith(withSection({ apiUrl }))).toEqual([]),
  );

  it('lets edges speak plain HTTP where Cloudflare is not told to ask for more', () => {
    expect(mistakesWith({ ...withSection({ settings: { ssl: 'leave' } }), 'edge/tls': undefined })).toEqual(
      [],
    );
  });

  itRefuses([
    {
      rule: 'a zone that asks edges for HTTPS that they do not speak',
      edits: { ...withSection(), 'edge/tls': undefined },
      key: `${key}.settings.ssl`,
      value: 'strict',
      allowed: 'leave, while the edges speak plain HTTP',
      remedy: 'Write `ssl: leave`, or give the edges evenkeel:edge.tls first, as docs/tls.md shows.',
    },
    {
      rule: 'a zone that is none',
      edits: withSection({ zone: 'Example.com' }),
      key: `${key}.zone`,
      value: 'Example.com',
      allowed: 'a DNS name in lower case, without wildcard, port or scheme',
      remedy: 'Write `example.com`.',
    },
    {
      rule: "the zone's name where its ID is due",
      edits: withSection({ zoneId: 'example.com' }),
      key: `${key}.zoneId`,
      value: 'example.com',
      allowed: id,
      remedy: "Copy it from the zone's overview page at dash.cloudflare.com, under API.",
    },
    {
      rule: 'an ID in capitals',
      edits: withSection({ zoneId: section.zoneId.toUpperCase() }),
      key: `${key}.zoneId`,
      value: section.zoneId.toUpperCase(),
      allowed: id,
      remedy: `Write \`${section.zoneId}\`.`,
    },
    {
      rule: 'a token that no secret is',
      edits: { ...withSection(), secretNames: [] },
      key: `${key}.token`,
      value: 'cloudflare-token',
      allowed: 'the name of an entry of evenkeel:secrets (there is none yet)',
      remedy: "Add it: `pulumi config set --secret --path 'evenkeel:secrets.cloudflare-token'`.",
    },
    {
      rule: 'a token that is misspelt',
      edits: withSection({ token: 'cloudflare-tokn' }),
      key: `${key}.token`,
      value: 'cloudflare-tokn',
      allowed: 'the name of an entry of evenkeel:secrets: cloudflare-token',
      remedy: 'Did you mean `cloudflare-token`?',
    },
    {
      rule: 'a service that would get the token',
      edits: { ...withSection(), 'services/0/secrets': ['cloudflare-token'] },
      key: 'evenkeel:services[0].secrets[0]',
      value: 'cloudflare-token',
      allowed: "a secret other than evenkeel:cloudflare.token, which is the site's alone",
      remedy: 'Remove it here; a service that needs the API gets a token of its own.',
    },
    ...['http://api.cloudflare.com/client/v4', 'api.cloudflare.com', 'https://api.example.com/v4?x=1'].map(
      (apiUrl) => ({
        rule: `an address that the token must not go to: ${apiUrl}`,
        edits: withSection({ apiUrl }),
        key: `${key}.apiUrl`,
        value: apiUrl,
        allowed: url,
        remedy: example,
      }),
    ),
    {
      rule: 'an address with a slash at its end',
      edits: withSection({ apiUrl: 'https://api.example.com/client/v4/' }),
      key: `${key}.apiUrl`,
      value: 'https://api.example.com/client/v4/',
      allowed: url,
      remedy: 'Write `https://api.example.com/client/v4`.',
    },
    {
      rule: 'flexible, which is plain HTTP between Cloudflare and the edges',
      edits: withSection({ settings: { ssl: 'flexible' } }),
      key: `${key}.settings.ssl`,
      value: 'flexible',
      allowed: 'strict, full or leave',
      remedy: 'Write for example `strict`.',
    },
    {
      rule: 'a TLS version that is a number, as YAML takes it without quotes',
      edits: withSection({ settings: { minTlsVersion: 1.2 } }),
      key: `${key}.settings.minTlsVersion`,
      value: 1.2,
      allowed: "'1.0', '1.1', '1.2', '1.3' or 'leave', in quotes",
      remedy: "Write for example `'1.2'`.",
    },
    {
      rule: 'true, as YAML 1.1 takes on without quotes',
      edits: withSection({ settings: { alwaysUseHttps: true } }),
      key: `${key}.settings.alwaysUseHttps`,
      value: true,
      allowed: "'on', 'off' or 'leave', in quotes",
      remedy: "Write for example `'on'`.",
    },
  ]);
});
