import { createHash } from 'node:crypto';
import { pointerFromConfig } from '../../release/pointer';
import { fiveNodes } from '../../test/sites';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge] = machines;
const token = 'let-me-have-a-look-4711';
const tokens = {
  'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
};

describeWithHaproxy('redirects, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;

  beforeAll(async () => {
    const base = fiveNodes();
    const shop = {
      ...base.services[0]!,
      paths: ['/shop'],
      redirects: [
        { from: 'shop.example.org', code: 308 as const },
        ...([301, 302, 307] as const).map((code) => ({
          from: `to${code}.example.org`,
          to: 'blog.example.com',
          code,
        })),
      ],
    };
    edges = await RealEdges.start(undefined, { ...base, services: [shop, base.services[1]!] });
    edges.startEdge(edge, pointerFromConfig(base.release), { tokens });
    await until(async () => (await edges.get(edge, 'blog.example.com')).status === 200);
  }, 60_000);

  afterAll(() => edges.stop());

  it.each([
    ['shop.example.org', '/', 308, 'http://shop.example.com/'],
    ['SHOP.example.ORG', '/a/b?c=d&e=%20f', 308, 'http://shop.example.com/a/b?c=d&e=%20f'],
    ['shop.example.org:8000', '/a', 308, 'http://shop.example.com:8000/a'],
    ['shop.example.org:x@evil.example', '/', 308, 'http://shop.example.com/'],
    ['to301.example.org', '/a', 301, 'http://blog.example.com/a'],
    ['to302.example.org', '/a', 302, 'http://blog.example.com/a'],
    ['to307.example.org', '/a', 307, 'http://blog.example.com/a'],
  ])('sends the visitors of %s%s on', async (host, path, status, location) => {
    const { headers, ...answer } = await edges.get(edge, host, { path });
    expect({ status: answer.status, location: headers['location'] }).toEqual({ status, location });
  });

  it('sends a form on too', async () => {
    const { status } = await edges.get(edge, 'shop.example.org', { method: 'POST' });
    expect(status).toBe(308);
  });

  it('leaves the preview address all paths', async () => {
    const headers = { 'evenkeel-token': token };
    const { body } = await edges.get(edge, 'next.shop.example.com', { path: '/any', headers });
    expect(body).toBe('shop-blue /any');
  });
});
