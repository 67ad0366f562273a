import { cloudflareRanges } from './cloudflare-ranges';
import { isNetwork } from './network';
import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith } from './stack.fixture';

const key = 'evenkeel:edge.tls';
const files = { certificate: '~/tls/shop.pem', key: '~/tls/shop.key' };
const selfSigned = { certificate: { selfSigned: {} } };
const tlsOf = (tls: object, more: Record<string, unknown> = {}) => ({ 'edge/tls': tls, ...more });

describe('readSiteConfig: TLS', () => {
  it('is left out as a rule', () => {
    expect(readSiteConfig(stackWith({})).edge).not.toHaveProperty('tls');
    expect(readSiteConfig(stackWith({})).edge.ports).toEqual({ http: 80 });
  });

  it('needs no more than where the certificate comes from', () => {
    expect(readSiteConfig(stackWith(tlsOf({ certificate: { files } }))).edge.tls).toEqual({
      certificate: { files },
      renewBefore: 30,
      hsts: { maxAge: 730, includeSubDomains: false, preload: false },
      redirect: true,
    });
    const made = (source: string) =>
      readSiteConfig(stackWith(tlsOf({ certificate: { [source]: {} } }))).edge.tls?.certificate;
    expect(made('selfSigned')).toEqual({ selfSigned: { validity: 365 } });
    expect(made('cloudflare')).toEqual({ cloudflare: { validity: 365 } });
  });

  it('believes the networks that Cloudflare publishes, or others', () => {
    const ranges = (clientAddress: object) =>
      readSiteConfig(stackWith(tlsOf({ ...selfSigned, clientAddress }))).edge.tls?.clientAddress?.ranges;
    expect(ranges({})).toEqual(cloudflareRanges);
    expect(ranges({ ranges: ['10.0.0.0/8'] })).toEqual(['10.0.0.0/8']);
    expect(cloudflareRanges.filter((range) => !isNetwork(range))).toEqual([]);
    expect(new Set(cloudflareRanges).size).toBe(22);
  });

  it('takes a port of its own, which no other may have', () => {
    expect(mistakesWith(tlsOf(selfSigned, { 'edge/ports/https': 8443 }))).toEqual([]);
    expect(mistakesWith(tlsOf(selfSigned, { 'edge/ports/http': 443 }))).toMatchObject([
      { key: 'evenkeel:edge.ports.https', value: 443 },
    ]);
    expect(mistakesWith({ 'edge/ports/http': 443 })).toEqual([]);
  });

  itRefuses([
    {
      rule: 'a certificate from nowhere',
      edits: tlsOf({ certificate: {} }),
      key: `${key}.certificate`,
      value: {},
      allowed: 'one of files, selfSigned and cloudflare',
      remedy: 'Add `selfSigned: {}`, or files with your own certificate and key.',
    },
    {
      rule: 'a certificate from two places',
      edits: tlsOf({ certificate: { files, selfSigned: {} } }),
      key: `${key}.certificate`,
      value: { files, selfSigned: { validity: 365 } },
      allowed: 'one of files, selfSigned and cloudflare',
      remedy: 'Keep one of them.',
    },
    {
      rule: 'no certificate',
      edits: tlsOf({}),
      key: `${key}.certificate`,
      value: undefined,
      allowed: 'the keys files, selfSigned and cloudflare',
      remedy: 'Add certificate; stacks/Pulumi.example.yaml shows how.',
    },
    {
      rule: 'a key in the place of its path',
      edits: tlsOf({ certificate: { files: { ...files, key: '-----BEGIN PRIVATE KEY-----' } } }),
      key: `${key}.certificate.files.key`,
      value: '(a private key, not shown)',
      allowed: "a file's path on your own machine, not of a .pub file",
      remedy: 'Write the path of the file, and make a new key: this one may be in Git already.',
    },
    {
      rule: 'a validity that Cloudflare does not have',
      edits: tlsOf({ certificate: { cloudflare: { validity: 60 } } }),
      key: `${key}.certificate.cloudflare.validity`,
      value: 60,
      allowed: 'one of 7, 30, 90, 365, 730, 1095, 5475',
      remedy: 'Write for example `365`.',
    },
    {
      rule: 'a renewal that is always due',
      edits: tlsOf({ certificate: { cloudflare: { validity: 30 } } }),
      key: `${key}.renewBefore`,
      value: 30,
      allowed: "fewer days than the certificate's validity (30)",
      remedy: 'Write for example `10`.',
    },
    {
      rule: 'a port for HTTPS without TLS',
      edits: { 'edge/ports/https': 443 },
      key: 'evenkeel:edge.ports.https',
      value: 443,
      allowed: 'no port while evenkeel:edge.tls is left out',
      remedy: 'Remove it, or add evenkeel:edge.tls; docs/tls.md shows how.',
    },
    {
      rule: 'a slot on the port of HTTPS',
      edits: tlsOf(selfSigned, { 'edge/ports/https': 18080 }),
      key: 'evenkeel:services[0].slotPorts.blue',
      value: 18080,
      allowed: 'a port that nothing else on the nodes has (evenkeel:edge.ports.https has it)',
      remedy: 'Choose another port from 1024 to 65535.',
    },
    {
      rule: 'plain HTTP for everybody beside TLS for who has a certificate',
      edits: tlsOf({ ...selfSigned, redirect: false, originPulls: { caFile: '~/ca.pem' } }),
      key: `${key}.redirect`,
      value: false,
      allowed: 'true while originPulls is there: else everybody is served over plain HTTP',
      remedy: 'Remove redirect: false, or remove originPulls.',
    },
    {
      rule: 'nobody to believe',
      edits: tlsOf({ ...selfSigned, clientAddress: { ranges: [] } }),
      key: `${key}.clientAddress.ranges`,
      value: [],
      allowed: 'a list of at least one address or network',
      remedy: 'Write for example `[173.245.48.0/20]`.',
    },
    {
      rule: 'a word in the place of yes or no',
      edits: tlsOf({ ...selfSigned, redirect: 'yes' }),
      key: `${key}.redirect`,
      value: 'yes',
      allowed: 'true or false',
      remedy: 'Write true or false, without quotes.',
    },
  ]);
});
