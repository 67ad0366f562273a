import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { isPage, PAGE_BYTES_MAX } from '../../config/page';
import type { MaintenanceConfig, SiteConfig } from '../../config/site-config';
import type { Pointer } from '../../release/pointer';
import { digestOf } from '../../test/pointers';
import { plainMaintenancePage } from './maintenance';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const token = 'let-me-have-a-look-4711';
const tokens = {
  'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
};

/** Any page that config takes, in the longest of which each byte must be escaped. */
const pages = [
  '-'.padStart(PAGE_BYTES_MAX, '\t'),
  '"'.repeat(PAGE_BYTES_MAX),
  '€'.repeat(PAGE_BYTES_MAX / 3),
  ' # \' " \\ \\n \\x41 $HOME ${HOME} "$HOME" %[src] %% %ci\r\n\t<p>Zurück\n\n',
  ...fc.sample(
    fc
      .array(fc.oneof(fc.constantFrom(...'\\"\'$#%{}[] \n\r\tnrx041'), fc.string({ unit: 'grapheme' })))
      .map((parts) => `<p>${parts.join('').replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')}`),
    { numRuns: 20, seed: 4711 },
  ),
];

const [edge, returned] = machines;
const shop = 'shop.example.com';

describeWithHaproxy('a maintenance, in real HAProxies (only where haproxy is installed)', () => {
  let edges: RealEdges;

  beforeAll(async () => {
    edges = await RealEdges.start();
    const [first, second] = edges.site.services;
    const allow = ['127.3.0.0/16', '2001:db8::/32', '127.4.0.1'];
    const own = { retryAfter: 90_500, allow, page: '<h1>Wir sind gleich zurück</h1>\n' };
    const site: SiteConfig = {
      ...edges.site,
      services: [
        { ...first!, maintenance: own },
        second!,
        ...pages.map((page, index) => ({
          ...second!,
          name: `page${index}`,
          hostnames: [`page${index}.example.com`],
          maintenance: { page, retryAfter: 1000, allow: [] } satisfies MaintenanceConfig,
        })),
      ],
    };
    edges.startEdge(edge, pointer(2), { site, tokens });
    edges.startEdge(returned, pointer(1), { site, tokens });
    await until(async () => (await edges.get(edge, shop)).status === 503);
    await until(async () => (await edges.get(returned, shop)).status === 503);
  }, 60_000);

  afterAll(() => edges.stop());

  /** The first generation is without maintenance. */
  function pointer(generation: 1 | 2): Pointer {
    const digests = { blue: digestOf('a'), green: digestOf('b') };
    const service = { live: 'green' as const, canary: 50, digests };
    const closed = generation === 1 ? service : { ...service, maintenance: true as const };
    return {
      generation,
      services: {
        shop: closed,
        blog: { ...service, canary: 0 },
        ...Object.fromEntries(pages.map((_, index) => [`page${index}`, closed])),
      },
    };
  }

  it('answers the public with the service’s page, which nobody is to keep', async () => {
    const { status, headers, body } = await edges.get(edge, shop, { path: '/basket?id=7' });
    expect({ status, body }).toEqual({ status: 503, body: '<h1>Wir sind gleich zurück</h1>\n' });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'retry-after': '91',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('answers %s so too', async (method) => {
    expect((await edges.get(edge, 'www.shop.example.com', { method })).status).toBe(503);
  });

  it('answers HEAD without the page', async () => {
    expect(await edges.get(edge, shop, { method: 'HEAD' })).toMatchObject({ status: 503, body: '' });
  });

  it.each(['127.3.0.1', '127.3.255.255', '127.4.0.1'])('lets through who is allowed: %s', async (from) => {
    expect((await edges.get(edge, shop, { from })).body).toMatch(/^shop-(blue|green) \/$/);
  });

  it.each(['127.2.255.255', '127.4.0.0', '127.4.0.2'])('lets nobody else through: %s', async (from) => {
    expect((await edges.get(edge, shop, { from })).status).toBe(503);
  });

  it('lets nobody through who only says that he is allowed', async () => {
    const headers = { 'x-forwarded-for': '127.3.0.1', 'evenkeel-forwarded': '1' };
    expect((await edges.get(edge, shop, { headers })).status).toBe(503);
  });

  it('still shows the candidate at the preview address', async () => {
    const headers = { 'evenkeel-token': token };
    expect((await edges.get(edge, 'next.shop.example.com', { headers })).body).toBe('shop-blue /');
  });

  it('leaves the other services alone', async () => {
    expect((await edges.get(edge, 'blog.example.com')).body).toBe('blog-green /');
  });

  it('is known at once to an edge that was away, which judges nobody itself', async () => {
    expect((await edges.get(returned, shop)).status).toBe(503);
    expect((await edges.get(returned, shop, { from: '127.3.0.1' })).body).toMatch(/^shop-(blue|green) \/$/);
  });

  it.each(pages.map((page, index) => [index, page] as const))(
    'answers with each page to the byte: %i',
    async (index, page) => {
      const { status, body } = await edges.get(edge, `page${index}.example.com`);
      expect({ status, body }).toEqual({ status: 503, body: page });
    },
  );
});

describe('plainMaintenancePage', () => {
  it('is one that config would take', () => {
    expect(isPage(plainMaintenancePage)).toBe(true);
  });
});
