import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pointerFromConfig } from '../../release/pointer';
import { fiveNodes } from '../../test/sites';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge] = machines;
const host = 'blog.example.com';

/** Where each request got to, by its path: one entry for each time. */
let seen: Record<string, string[]> = {};

/** Servers that break off in the way that the path names, all of them or the first one that gets the request. */
function answer(slot: string, asked: IncomingMessage, reply: ServerResponse): void {
  const path = asked.url!;
  void text(asked).then(() => {
    if (path === '/alive') return reply.end();
    const before = (seen[path] ??= []).push(asked.socket.localAddress!) - 1;
    const [, how, times] = path.split('/');
    if (before >= (times === 'once' ? 1 : Infinity)) return reply.end(slot);
    if (how === 'close') return asked.socket.destroy();
    if (how === 'reset') return asked.socket.resetAndDestroy();
    if (how === 'half') return asked.socket.end('HTTP/1.1 200 OK\r\ncontent-le');
    reply.end(slot);
    // It dies when it has answered, so that the edge's next request over this connection may meet its end. One server only:
    // were all like that, each of the tries could meet such a connection.
    if (how === 'last' && asked.socket.localAddress!.endsWith(edge))
      setImmediate(() => asked.socket.destroy());
  });
}

describeWithHaproxy('retries, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let third: Server;

  beforeAll(async () => {
    const base = fiveNodes();
    // So seldom that no check finds out what the requests shall.
    const services = base.services.map((each) => ({
      ...each,
      health: { path: '/alive', interval: 60_000, timeout: 1000 },
    }));
    edges = await RealEdges.start(answer, { ...base, services });
    // A third server, on an address of its own, so that it alone can refuse connections.
    const { blue } = edges.site.services[1]!.slotPorts;
    third = createServer((asked, reply) => answer('blog-blue', asked, reply)).listen(blue, '::1');
    await once(third, 'listening');
    const pi9 = { ...edges.site.nodes[0]!, name: 'pi9', address: '::1', roles: ['worker' as const] };
    edges.startEdge(edge, pointerFromConfig(edges.site.release), {
      site: { ...edges.site, nodes: [...edges.site.nodes, pi9] },
    });
    await until(async () => (await edges.get(edge, host)).status === 200);
  }, 60_000);
  beforeEach(() => void (seen = {}));
  afterAll(async () => {
    third.close().closeAllConnections();
    await edges.stop();
  });

  const ask = (method: string, path: string) => edges.get(edge, host, { method, path });
  const methods = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'];
  const ways = ['close', 'reset', 'half'];

  it.each(methods.flatMap((method) => ways.map((how) => [method, how])))(
    'tries %s on another server when one breaks off: %s',
    async (method, how) => {
      const path = `/${how}/once/${method}`;
      expect(await ask(method, path)).toMatchObject({ status: 200 });
      expect(seen[path]).toHaveLength(2);
      expect(new Set(seen[path]).size).toBe(2);
    },
  );

  it.each(['POST', 'PATCH', 'MERGE'].flatMap((method) => ways.map((how) => [method, how])))(
    'sends %s once, whatever becomes of it: %s',
    async (method, how) => {
      const path = `/${how}/once/${method}`;
      expect(await ask(method, path)).toMatchObject({ status: 502 });
      expect(seen[path]).toHaveLength(1);
    },
  );

  it('gives up after three more tries', async () => {
    expect(await ask('GET', '/close/always')).toMatchObject({ status: 502 });
    expect(seen['/close/always']).toHaveLength(4);
  });

  /** What comes back for requests over one connection, the next one when an answer has come. */
  async function overOne(...requests: string[]): Promise<string> {
    const socket = connect(edges.site.edge.ports.http, edge);
    const [first, ...more] = requests;
    let all = '';
    socket.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      const next = more.shift();
      if (next) socket.write(next);
      else socket.end();
    });
    socket.write(first!);
    await once(socket, 'close');
    return all;
  }
  const head = (method: string, path: string, length: number) =>
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n\r\n`;

  it('repeats an upload that came whole, and none that is longer than a buffer', async () => {
    expect(await overOne(head('PUT', '/close/once/short', 5) + 'hello')).toMatch(/^HTTP\/1\.1 200/);
    expect(seen['/close/once/short']).toHaveLength(2);
    expect(await overOne(head('PUT', '/close/once/long', 40_000) + 'x'.repeat(40_000))).toMatch(
      /^HTTP\/1\.1 502/,
    );
    expect(seen['/close/once/long']).toHaveLength(1);
  });

  it('sends the second POST of a connection once as well; HAProxy then ends the connection without an answer', async () => {
    const all = await overOne(head('POST', '/fine', 0), head('POST', '/close/once/second', 0));
    expect(all.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(seen['/close/once/second']).toHaveLength(1);
  });

  it('loses no GET and repeats no POST over connections that end as they are used again', async () => {
    const rounds = Array.from({ length: 100 }, (_, index) => index);
    const answers = await Promise.all(
      rounds.map((index) =>
        overOne(
          ...['a', 'b', 'c'].map((part) => head('GET', `/last/GET/${index}/${part}`, 0)),
          ...['a', 'b', 'c'].map((part) => head('POST', `/last/POST/${index}/${part}`, 0)),
        ),
      ),
    );
    for (const all of answers) expect(all.match(/HTTP\/1\.1 200/g)!.length).toBeGreaterThanOrEqual(3);
    const posts = Object.entries(seen).filter(([path]) => path.includes('POST'));
    expect(posts.length).toBeGreaterThan(100);
    expect(posts.filter(([, times]) => times.length > 1)).toEqual([]);
  });

  it('takes a server out at once that refuses connections, and loses no request of any method over it', async () => {
    const api = await edges.runtimeApi(edge);
    const status = async () =>
      (await api.serverStats()).find(({ backend, server }) => backend === 'blog-blue' && server === 'pi9')!
        .status;
    expect(await status()).toBe('UP');
    third.close().closeAllConnections();
    const asked = Array.from({ length: 30 }, (_, index) => ask(index % 2 ? 'POST' : 'GET', `/fine/${index}`));
    expect((await Promise.all(asked)).map((each) => each.status)).toEqual(asked.map(() => 200));
    await until(async () => (await status()) === 'DOWN');
    expect(Object.values(seen).every((times) => times.length === 1)).toBe(true);
  });
});
