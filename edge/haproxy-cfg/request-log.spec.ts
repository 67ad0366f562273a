import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pointerFromConfig } from '../../release/pointer';
import { threeNodes } from '../../test/sites';
import { generationPath, masterSocket } from '../edge-paths';
import type { RequestSample } from '../request-sample';
import type { RuntimeApi } from '../runtime-api';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';
import { ringSection } from './request-log';

const [edge] = machines;
const blog = 'blog.example.com';

describeWithHaproxy('the log of the requests, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let api: RuntimeApi;

  beforeAll(async () => {
    edges = await RealEdges.start((slot, asked, reply) => {
      if (asked.url!.startsWith('/drop')) return reply.destroy();
      reply.statusCode = asked.url!.startsWith('/fail') ? 500 : asked.url!.startsWith('/nothing') ? 404 : 200;
      reply.end(slot);
    });
    const { generation, services } = pointerFromConfig(edges.site.release);
    const shop = { ...services['shop']!, maintenance: true as const };
    edges.startEdge(edge, { generation, services: { ...services, shop } });
    api = await edges.runtimeApi(edge);
    await until(async () => (await edges.get(edge, blog)).status === 200);
  }, 60_000);

  afterAll(() => edges.stop());

  /** The samples of what is asked meanwhile, one at least; HAProxy writes them when the client has its answer already. */
  async function logged(ask: () => Promise<unknown>): Promise<RequestSample[]> {
    const counters = new Set((await api.requestSamples()).map(({ counter }) => counter));
    await ask();
    let found: RequestSample[] = [];
    await until(async () => {
      found = (await api.requestSamples()).filter(({ counter }) => !counters.has(counter));
      return found.length > 0;
    });
    return found;
  }

  /** The lines of the edge's output about requests. */
  const output = async () =>
    (await readFile(join(edges.folder(edge), 'log'), 'utf8'))
      .split('\n')
      .filter((line) => / canary /.test(line));

  it('has each request to a slot, with its slot, its server, its end and its times', async () => {
    const before = Date.now();
    const [sample, ...more] = await logged(() => edges.get(edge, blog));
    expect(more).toEqual([]);
    expect(sample).toMatchObject({
      service: 'blog',
      slot: 'blue',
      status: 200,
      failed: false,
      aborted: false,
    });
    expect(edges.site.nodes.map(({ name }) => name)).toContain(sample!.server);
    expect(sample!.at).toBeGreaterThanOrEqual(before);
    expect(sample!.at + sample!.ms).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['a server that fails', '/fail', { status: 500, failed: true }],
    ['a server that breaks off', '/drop', { status: 502, failed: true }],
    ['a page that is not there', '/nothing', { status: 404, failed: false }],
    ['a path longer than a line', `/fail/${'x'.repeat(2000)}`, { status: 500, failed: true }],
  ])('has %s', async (_, path, expected) => {
    expect(await logged(() => edges.get(edge, blog, { path }))).toMatchObject([expected]);
  });

  it('has nothing of what the edge answers itself', async () => {
    const own = async () => {
      expect((await edges.get(edge, 'nobody.example.com')).status).toBe(404);
      expect((await edges.get(edge, 'shop.example.com')).status).toBe(503);
      expect((await edges.get(edge, blog, { path: '/fail' })).status).toBe(500);
    };
    expect(await logged(own)).toMatchObject([{ status: 500 }]);
  });

  it('has no place for the other edges’ looks, of which there are five a second from each', async () => {
    await edges.get(edge, blog, { path: generationPath });
    await logged(() => edges.get(edge, blog));
    const channel = await (await edges.session(edge)).openUnixSocket(masterSocket);
    channel.end('@1 show events canary\n');
    expect(await text(channel)).not.toContain(' public <NOSRV> 200 ');
  });

  it('is not to be forged by what a client sends', async () => {
    const forged = 'canary 1 0 1795268795680 0 0 blog-blue pi1 200 1 1 --';
    const path = `/fail/${forged.replaceAll(' ', '\u00a0')}?${forged.replaceAll(' ', '+')}`;
    const headers = { 'user-agent': forged, 'x-forwarded-for': forged, cookie: forged };
    const samples = await logged(() => edges.get(edge, blog, { path: encodeURI(path), headers }));
    expect(samples).toMatchObject([{ status: 500 }]);
  });

  it('is on the edge’s output where a request failed, with who asked for what, and without the query', async () => {
    const before = (await output()).length;
    await edges.get(edge, blog, { path: '/fine?token=4711' });
    await edges.get(edge, 'shop.example.com', { path: '/closed' });
    await edges.get(edge, blog, { path: '/fail/basket?token=4711', method: 'DELETE', from: '127.5.6.7' });
    await until(async () => (await output()).length > before);
    expect((await output()).slice(before)).toEqual([
      expect.stringMatching(/^127\.5\.6\.7 DELETE \/fail\/basket canary .* blog-blue pi[12] 500 /) as string,
    ]);
  });
});

describe('ringSection', () => {
  it('is as large as 15,000 lines of any size that a site’s names can bring about', () => {
    const site = threeNodes();
    const [service] = site.services;
    const sizeWith = (name: string) => {
      const section = ringSection({ ...site, services: [{ ...service!, name }] }).join('\n');
      return Number(/size (\d+)/.exec(section)?.[1]);
    };
    // - canary PID COUNTER ACCEPT HANDSHAKE IDLE BACKEND SERVER STATUS HEADERS END HOW, each as long as it can be.
    const line = (name: string) =>
      `- canary 4194304 4294967295 1795268795680 0 3600000 ${name}-green pi1 200 3600000 86400000 CD`;
    for (const name of ['shop', 'x'.repeat(57)])
      expect(sizeWith(name)).toBeGreaterThanOrEqual(15_000 * (line(name).length + 3));
    expect(sizeWith('shop')).toBeLessThan(2 ** 21);
  });
});
