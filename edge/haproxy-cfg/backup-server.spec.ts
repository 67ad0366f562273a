import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BackupConfig } from '../../config/site-config';
import { pointerFromConfig } from '../../release/pointer';
import { fiveNodes } from '../../test/sites';
import { type Answer, describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge] = machines;
const token = 'let-me-have-a-look-4711';
const tokens = { 'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase() };
const page = '<h1>Order by phone: "0800 $1"</h1>\n';

describeWithHaproxy('backup, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let elsewhere: Server;
  /** Slots that fail their checks. */
  const sick = new Set<string>();

  beforeAll(async () => {
    elsewhere = createServer((asked, reply) => reply.end(`elsewhere ${asked.headers.host}${asked.url}`));
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    const base = fiveNodes();
    const { generation, services } = pointerFromConfig(base.release);
    const server = { address: '127.0.0.1', port, tls: false };
    const like = (name: string, backup?: BackupConfig) => ({
      ...base.services[1]!,
      name,
      hostnames: [`${name}.example.com`],
      health: { path: '/alive', interval: 300, timeout: 250 },
      ...(backup && { backup }),
    });
    edges = await RealEdges.start(
      (slot, asked, reply) => {
        if (asked.url === '/alive' && sick.has(slot)) reply.statusCode = 503;
        reply.end(slot);
      },
      {
        ...base,
        services: [
          { ...like('shop', { server }), preview: base.services[0]!.preview! },
          like('blog', { page }),
          like('wiki', { server: { ...server, hostHeader: 'static.example.com' } }),
          like('mail', { server: { ...server, tls: true } }),
          like('plain'),
        ],
      },
    );
    const of = { ...services['blog']!, live: 'blue' as const };
    const pointer = { generation, services: { shop: of, blog: of, wiki: of, mail: of, plain: of } };
    edges.startEdge(edge, pointer, { tokens });
    await edges.runtimeApi(edge);
  }, 60_000);
  beforeEach(async () => {
    sick.clear();
    for (const { name } of edges.site.services)
      await until(async () => (await get(name)).body === `${name}-blue`);
  });
  afterAll(async () => {
    elsewhere.close().closeAllConnections();
    await edges.stop();
  });

  const get = (service: string): Promise<Answer> =>
    edges.get(edge, `${service}.example.com`, { path: '/basket?id=7' });

  it('serves when no server of the live slot is up, and no longer than that', async () => {
    sick.add('shop-blue');
    await until(async () => (await get('shop')).body === 'elsewhere shop.example.com/basket?id=7');
    sick.clear();
    await until(async () => (await get('shop')).body === 'shop-blue');
  });

  it('is asked under the name that it wants', async () => {
    sick.add('wiki-blue');
    await until(async () => (await get('wiki')).body === 'elsewhere static.example.com/basket?id=7');
  });

  it('may be a page', async () => {
    sick.add('blog-blue');
    await until(async () => (await get('blog')).body === page);
    const { status, headers } = await get('blog');
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '10' });
  });

  it('leaves it at 503 where there is none, or one that speaks no TLS as it should', async () => {
    sick.add('plain-blue').add('mail-blue');
    for (const service of ['plain', 'mail']) {
      await until(async () => (await get(service)).status === 503);
      expect((await get(service)).headers['retry-after']).toBe('1');
    }
  });

  it('is nothing for other services, nor for the idle slot at a preview address', async () => {
    sick.add('shop-green').add('blog-blue');
    await until(async () => (await get('blog')).body === page);
    const look = () => edges.get(edge, 'next.shop.example.com', { headers: { 'evenkeel-token': token } });
    await until(async () => (await look()).status === 503);
    expect((await get('shop')).body).toBe('shop-blue');
    sick.add('shop-blue');
    await until(async () => (await get('shop')).body.startsWith('elsewhere'));
    expect((await look()).status).toBe(503);
  });
});
