import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pointerFromConfig, type Pointer } from '../../release/pointer';
import { generationPath } from '../edge-paths';
import { type Answer, describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const token = 'let-me-have-a-look-4711';
const tokens = {
  'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
};

/** Two machines; the second one was away for a release. */
const [newest, returned] = machines;

describeWithHaproxy('haproxyCfg, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;

  beforeAll(async () => {
    edges = await RealEdges.start();
    const { site } = edges;
    const { generation, services } = pointerFromConfig(site.release);
    const now: Pointer = { generation, services: { ...services, shop: { ...services['shop']!, canary: 0 } } };
    // The returned edge knows neither the newest release nor the service that came with it.
    const before = {
      generation: generation - 1,
      services: { shop: { ...now.services['shop']!, live: 'blue' as const } },
    };
    edges.startEdge(newest, now, { tokens });
    edges.startEdge(returned, before, { tokens, site: { ...site, services: site.services.slice(0, 1) } });
    await until(async () => (await get(newest, 'shop.example.com')).body === 'shop-green /');
    await until(async () => (await get(returned, 'shop.example.com')).body === 'shop-green /');
  }, 60_000);

  afterAll(() => edges.stop());

  function get(
    address: string,
    host: string,
    path = '/',
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return edges.get(address, host, { path, headers });
  }

  it('is a configuration that HAProxy takes without a warning', () => {
    const { status, stderr } = spawnSync('haproxy', ['-c', '-f', join(edges.folder(newest), 'haproxy.cfg')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['shop.example.com', 'www.shop.example.com', 'SHOP.Example.COM', 'shop.example.com:8000'])(
    'sends the public to the live slot: %s',
    async (host) => {
      expect((await get(newest, host, '/basket?id=7')).body).toBe('shop-green /basket?id=7');
    },
  );

  it('sends each service to its own live slot', async () => {
    expect((await get(newest, 'blog.example.com')).body).toBe('blog-blue /');
  });

  it.each(['nobody.example.com', '', 'shop.example.com.evil.example'])(
    'answers 404 under a host name that no service has: "%s"',
    async (host) => {
      expect(await get(newest, host)).toMatchObject({
        status: 404,
        body: 'no service has this address\n',
      });
    },
  );

  it('says its generation under any host name', async () => {
    const { status, headers, body } = await get(newest, 'nobody.example.com', generationPath);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect((JSON.parse(body) as { generation: unknown }).generation).toBe(edges.site.release.generation);
  });

  describe('preview address', () => {
    const preview = 'next.shop.example.com';

    it.each<[string, Record<string, string>]>([
      ['a header', { 'evenkeel-token': token }],
      ['a cookie', { cookie: `a=b; evenkeel-token=${token}` }],
    ])('shows the candidate to who has the token in %s', async (_, headers) => {
      expect((await get(newest, preview, '/', headers)).body).toBe('shop-blue /');
    });

    it('gives a browser that has the token in the query a cookie, and an address without it', async () => {
      const { status, headers } = await get(newest, preview, `/?evenkeel-token=${token}`);
      expect({ status, location: headers['location'] }).toEqual({ status: 302, location: '/' });
      expect(headers['set-cookie']).toEqual([`evenkeel-token=${token}; Path=/; HttpOnly; SameSite=Lax`]);
    });

    it.each<[string, Record<string, string>, string]>([
      ['no token', {}, '/'],
      ['another token in the header', { 'evenkeel-token': 'guess' }, '/'],
      ['another token in the cookie', { cookie: 'evenkeel-token=guess' }, '/'],
      ['another token in the query', {}, '/?evenkeel-token=guess'],
      ['the token’s hash', { 'evenkeel-token': tokens['shop-preview-token'] }, '/'],
    ])('refuses who has %s', async (_, headers, path) => {
      expect(await get(newest, preview, path, headers)).toMatchObject({
        status: 401,
        body: 'this preview needs its token\n',
      });
    });

    it('is not in the log that a canary is judged by', async () => {
      const api = await edges.runtimeApi(newest);
      const counters = new Set((await api.requestSamples()).map(({ counter }) => counter));
      const isNew = ({ counter }: { counter: number }) => !counters.has(counter);
      await get(newest, preview, '/', { 'evenkeel-token': token });
      await get(newest, 'shop.example.com');
      await until(async () => (await api.requestSamples()).some(isNew));
      expect((await api.requestSamples()).filter(isNew)).toMatchObject([{ slot: 'green' }]);
    });

    it('shows the candidate through an edge that was away too', async () => {
      expect((await get(returned, preview, '/', { 'evenkeel-token': token })).body).toBe('shop-blue /');
    });
  });

  describe('an edge that was away for a release', () => {
    it('passes the public on to the edge with the newer generation', async () => {
      expect((await get(returned, 'shop.example.com', '/basket')).body).toBe('shop-green /basket');
    });

    it('passes on what it knows no service for, since the release may have brought one', async () => {
      expect((await get(returned, 'blog.example.com')).body).toBe('blog-blue /');
    });

    it('passes on nothing that was passed on to it', async () => {
      const answer = await get(returned, 'shop.example.com', '/', { 'evenkeel-forwarded': '1' });
      expect(answer.body).toBe('shop-blue /');
    });

    it('says its own generation', async () => {
      const { body } = await get(returned, 'shop.example.com', generationPath);
      expect((JSON.parse(body) as { generation: unknown }).generation).toBe(
        edges.site.release.generation - 1,
      );
    });
  });
});
