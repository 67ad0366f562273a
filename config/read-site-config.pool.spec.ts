import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith } from './stack.fixture';

const edge = { site: 'home', node: 'pi1', addresses: ['203.0.113.7'] };
const pool = { hostnames: ['shop.example.com'], edges: [edge], check: { scheme: 'http' } };
const { check: _plain, ...overHttps } = pool;
const zone = { zone: 'example.com', zoneId: '0123456789abcdef0123456789abcdef', token: 'cloudflare-token' };
const tls = { certificate: { cloudflare: {} } };
const cloudflare = { cloudflare: zone, secretNames: ['cloudflare-token'], 'edge/tls': tls };
const image = `node:22-bookworm-slim@sha256:${'a'.repeat(64)}`;

describe('readSiteConfig: pool and watchdog', () => {
  it('is without them by default, and fills in what is left out', () => {
    const bare = readSiteConfig(stackWith({}));
    expect(bare).not.toHaveProperty('pool');
    expect(bare).not.toHaveProperty('watchdog');
    const files = { certificate: { files: { certificate: '/c.pem', key: '/k.pem' } } };
    const { pool: read, watchdog } = readSiteConfig(
      stackWith({ ...cloudflare, 'edge/tls': files, pool: overHttps, watchdog: { image } }),
    );
    expect(read).toEqual({ ...pool, proxied: true, ttl: 60_000, check: { scheme: 'https' } });
    expect(watchdog).toEqual({ image, memory: 64 * 1024 * 1024 });
  });

  it('takes edges of several sites, and several addresses of one', () => {
    const both = { ...edge, addresses: ['203.0.113.7', '2001:db8::7'] };
    const edges = [both, { ...edge, site: 'fra', addresses: ['198.51.100.7'] }];
    const check = { scheme: 'http', port: 8080, paths: [{ hostname: 'shop.example.com', path: '/alive' }] };
    expect(mistakesWith({ pool: { ...pool, edges, check, proxied: false, ttl: '5m' } })).toEqual([]);
  });

  it('takes the CA of the edges, and a certificate that they let in', () => {
    const check = { caFile: '~/ca.pem', clientCertificate: { certificate: '~/w.pem', key: 'watchdog-key' } };
    const edits = { 'edge/tls': { ...tls, originPulls: { caFile: '~/pulls.pem' } } };
    const secretNames = ['cloudflare-token', 'watchdog-key'];
    expect(mistakesWith({ ...cloudflare, ...edits, secretNames, pool: { ...overHttps, check } })).toEqual([]);
  });

  itRefuses([
    {
      rule: 'HTTPS to edges that do not speak it',
      edits: { pool: overHttps },
      key: 'evenkeel:pool.check.scheme',
      value: 'https',
      allowed: 'http while evenkeel:edge.tls is left out',
      remedy: 'Write `check: { scheme: http }`, or add evenkeel:edge.tls.',
    },
    {
      rule: 'certificates of a CA that nobody knows',
      edits: { ...cloudflare, pool: overHttps },
      key: 'evenkeel:pool.check.caFile',
      value: undefined,
      allowed: "the CA of the edges' certificates, which is none that everybody knows",
      remedy:
        'Name its file, as docs/watchdog.md shows; or write `check: { scheme: http }`, since readiness is answered there too.',
    },
    {
      rule: 'edges that let nobody in without a certificate',
      edits: {
        ...cloudflare,
        'edge/tls': { ...tls, originPulls: { caFile: '~/pulls.pem' } },
        pool: { ...overHttps, check: { caFile: '~/ca.pem' } },
      },
      key: 'evenkeel:pool.check.clientCertificate',
      value: undefined,
      allowed: 'a certificate that evenkeel:edge.tls.originPulls lets in',
      remedy:
        "Have one made by that CA; or, where it is Cloudflare's, write `check: { scheme: http }`, since readiness is answered there too.",
    },
    {
      rule: 'a CA for plain HTTP',
      edits: { pool: { ...pool, check: { ...pool.check, caFile: '~/ca.pem' } } },
      key: 'evenkeel:pool.check.caFile',
      value: '~/ca.pem',
      allowed: 'nothing with `scheme: http`, which knows no certificates',
      remedy: 'Remove it, or write `scheme: https`.',
    },
    {
      rule: 'a key that is no secret',
      edits: {
        ...cloudflare,
        pool: {
          ...overHttps,
          check: { caFile: '~/ca.pem', clientCertificate: { certificate: '~/w.pem', key: 'watchdog-key' } },
        },
      },
      key: 'evenkeel:pool.check.clientCertificate.key',
      value: 'watchdog-key',
      allowed: 'the name of an entry of evenkeel:secrets: cloudflare-token',
      remedy: "Add it: `pulumi config set --secret --path 'evenkeel:secrets.watchdog-key'`.",
    },
    {
      rule: 'an unknown key',
      edits: { pool: { ...pool, weight: 1 } },
      key: 'evenkeel:pool.weight',
      value: 1,
      allowed: 'the keys hostnames, edges, proxied, ttl and check',
      remedy: 'Remove it.',
    },
    {
      rule: 'a name in the place of an address',
      edits: { pool: { ...pool, edges: [{ ...edge, addresses: ['home.example.org'] }] } },
      key: 'evenkeel:pool.edges[0].addresses[0]',
      value: 'home.example.org',
      allowed: 'an IPv4 address, or an IPv6 address without brackets',
      remedy:
        'Write the address that `getent ahosts home.example.org` shows: the rules of nftables and the servers of HAProxy need one that stays.',
    },
    {
      rule: 'a TTL that Cloudflare does not take',
      edits: { pool: { ...pool, ttl: '30s' } },
      key: 'evenkeel:pool.ttl',
      value: '30s',
      allowed: 'a whole number with its unit (ms, s, m or h), from 1m to 24h',
      remedy: 'Write for example `1m`.',
    },
    {
      rule: 'a hostname twice',
      edits: { pool: { ...pool, hostnames: ['shop.example.com', 'shop.example.com'] } },
      key: 'evenkeel:pool.hostnames[1]',
      value: 'shop.example.com',
      allowed: 'each hostname once (evenkeel:pool.hostnames[0] has this one)',
      remedy: 'Remove it.',
    },
    {
      rule: 'a node twice',
      edits: { pool: { ...pool, edges: [edge, { ...edge, addresses: ['203.0.113.8'] }] } },
      key: 'evenkeel:pool.edges[1].node',
      value: 'pi1',
      allowed: 'each node of a site once (evenkeel:pool.edges[0].node has this one)',
      remedy: 'Put its addresses into one list.',
    },
    {
      rule: 'an address of two edges, in another spelling',
      edits: {
        pool: {
          ...pool,
          edges: [
            { ...edge, addresses: ['2001:db8::7'] },
            { ...edge, node: 'pi2', addresses: ['2001:DB8:0::7'] },
          ],
        },
      },
      key: 'evenkeel:pool.edges[1].addresses[0]',
      value: '2001:DB8:0::7',
      allowed:
        'an address that no other edge of the pool has (evenkeel:pool.edges[0].addresses[0] has this one)',
      remedy: 'Let it lead to one of them.',
    },
    {
      rule: 'more edges than a report has room for',
      edits: {
        pool: {
          ...pool,
          edges: Array.from({ length: 31 }, (_, index) => ({
            site: 'home',
            node: `n${index}`,
            addresses: [`203.0.113.${index}`],
          })),
        },
      },
      key: 'evenkeel:pool.edges',
      value: 31,
      allowed: 'at most 30 edges',
      remedy: 'Leave some out: of each site one is enough to be found.',
    },
    {
      rule: 'a check under a name of others',
      edits: {
        pool: { ...pool, check: { ...pool.check, paths: [{ hostname: 'blog.example.com', path: '/' }] } },
      },
      key: 'evenkeel:pool.check.paths[0].hostname',
      value: 'blog.example.com',
      allowed: "one of the pool's hostnames: shop.example.com",
      remedy: 'Correct it, or add it to the hostnames.',
    },
    {
      rule: 'a watchdog without a zone',
      edits: { pool, watchdog: { image } },
      key: 'evenkeel:cloudflare',
      value: undefined,
      allowed: 'the zone whose records evenkeel:watchdog keeps',
      remedy: 'Add it, as docs/watchdog.md shows, or remove evenkeel:watchdog.',
    },
    {
      rule: 'a watchdog without a pool',
      edits: { ...cloudflare, watchdog: { image } },
      key: 'evenkeel:pool',
      value: undefined,
      allowed: 'the pool that evenkeel:watchdog keeps',
      remedy: 'Add it, or remove evenkeel:watchdog.',
    },
    {
      rule: 'an image without its digest',
      edits: { ...cloudflare, pool, watchdog: { image: 'node:22' } },
      key: 'evenkeel:watchdog.image',
      value: 'node:22',
      allowed: 'an image with its tag and its digest, <repository>:<tag>@sha256:<64 hex digits>',
      remedy: 'Add the digest that `docker buildx imagetools inspect node:22` shows.',
    },
  ]);
});
