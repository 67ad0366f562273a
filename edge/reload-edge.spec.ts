import type { Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { pointerMapFile } from './edge-paths';
import { haproxyCfg } from './haproxy-cfg';
import { describeWithHaproxy, machines, RealEdges, until } from './haproxy-cfg/real-edges.fixture';
import { reloadEdge } from './reload-edge';

const [edge] = machines;
const digests = { blue: digestOf('a'), green: digestOf('b') };

describeWithHaproxy('reloadEdge, on a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let held: (() => void)[];
  const pointerOf = (generation: number, live: 'blue' | 'green'): Pointer => ({
    generation,
    services: Object.fromEntries(edges.site.services.map(({ name }) => [name, { live, canary: 0, digests }])),
  });

  beforeAll(async () => {
    held = [];
    edges = await RealEdges.start((slot, asked, reply) => {
      if (asked.url === '/slow') held.push(() => reply.end(slot));
      else reply.end(slot);
    });
    edges.startEdge(edge, pointerOf(5, 'green'));
    await edges.runtimeApi(edge);
    await until(async () => (await edges.get(edge, 'shop.example.com')).body === 'shop-green');
  }, 60_000);
  afterAll(() => edges.stop());

  it('takes along a rollback that reaches the worker before while the new one starts', async () => {
    const api = await edges.runtimeApi(edge);
    const session = await edges.session(edge);
    const slow = edges.get(edge, 'shop.example.com', { path: '/slow' });
    await until(() => Promise.resolve(held.length === 1)); // so that the worker before has a reason to stay
    const write = session.writeFile.bind(session);
    session.writeFile = async (path, content, mode) => {
      await write(path, content, mode);
      if (path === pointerMapFile) await (await api.prepare(pointerOf(15, 'blue'))).commit();
    };
    await reloadEdge(session, 'container', haproxyCfg(edges.site, {}));
    expect((await api.workers()).length).toBe(2);
    expect((await api.info()).pointer.generation).toBe(15);
    expect((await edges.get(edge, 'shop.example.com')).body).toBe('shop-blue');
    held[0]!();
    expect((await slow).body).toBe('shop-green');
  });
});
