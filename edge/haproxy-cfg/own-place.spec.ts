import type { ServerResponse } from 'node:http';
import { pointerFromConfig } from '../../release/pointer';
import { fiveNodes } from '../../test/sites';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [home, cloud] = machines;

describeWithHaproxy('ownPlaceFirst, in real HAProxies (only where haproxy is installed)', () => {
  let edges: RealEdges;
  /** Addresses of servers that fail their checks. */
  const sick = new Set<string>();
  const held = new Set<ServerResponse>();

  beforeAll(async () => {
    const base = fiveNodes();
    const [shop, blog] = base.services;
    const like = {
      health: { path: '/alive', interval: 300, timeout: 250 },
      limits: { maxConnections: 2, queue: 10, queueTimeout: 2000 },
    };
    edges = await RealEdges.start(
      (_, asked, reply) => {
        const server = asked.socket.localAddress!.replace('::ffff:', '');
        if (asked.url === '/alive' && sick.has(server)) reply.statusCode = 503;
        if (asked.url === '/hold') return void held.add(reply);
        reply.end(server);
      },
      {
        ...base,
        nodes: base.nodes.map((node, index) => ({ ...node, place: index === 1 ? 'cloud' : 'home' })),
        services: [
          { ...shop!, ...like, ownPlaceFirst: true },
          { ...blog!, ...like },
        ],
      },
    );
    for (const machine of machines) edges.startEdge(machine, pointerFromConfig(edges.site.release));
    await until(async () => String(await servers(home, 'shop')) === home);
    await until(async () => String(await servers(cloud, 'shop')) === cloud);
  }, 60_000);
  afterAll(() => edges.stop());

  /** The servers of 10 answers, each once; one after the other, since a server that has no room left is spared. */
  async function servers(edge: string, service: string): Promise<string[]> {
    const seen = new Set<string>();
    for (let count = 0; count < 10; count++) {
      const { status, body } = await edges.get(edge, `${service}.example.com`);
      seen.add(status === 200 ? body : String(status));
    }
    return [...seen].sort();
  }

  it('sends requests to servers of the edge’s own place', async () => {
    for (const edge of machines) expect(await servers(edge, 'shop')).toEqual([edge]);
  });

  it('leaves a service without it as it is: to all servers in turn', async () => {
    expect(await servers(home, 'blog')).toEqual([home, cloud]);
  });

  it('sends them to other places while the own one is gone', async () => {
    sick.add(home);
    await until(async () => String(await servers(home, 'shop')) === cloud);
    sick.clear();
    await until(async () => String(await servers(home, 'shop')) === home);
  });

  it('sends what the own place has no room for to another one', async () => {
    const first = [1, 2].map(() => edges.get(home, 'shop.example.com', { path: '/hold' }));
    await until(() => Promise.resolve(held.size === 2));
    expect((await edges.get(home, 'shop.example.com')).body).toBe(cloud);
    held.forEach((reply) => reply.end());
    await Promise.all(first);
  });
});
