import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pointerFromConfig, type Pointer } from '../../release/pointer';
import { digestOf } from '../../test/pointers';
import { fiveNodes } from '../../test/sites';
import { flip } from '../flip';
import { readinessPath } from '../edge-paths';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [first, second] = machines;

describeWithHaproxy(
  'a service whose nodes change their slot, in real HAProxies (only where haproxy is installed)',
  () => {
    let edges: RealEdges;
    let settled: Pointer;
    let rolling: Pointer;
    /** Servers (`address slot`) that fail their checks, as if they had no task. */
    const gone = new Set<string>();

    beforeAll(async () => {
      const base = fiveNodes();
      const health = { path: '/alive', interval: 300, timeout: 250 };
      edges = await RealEdges.start(
        (slot, asked, reply) => {
          const server = `${asked.socket.localAddress!.replace('::ffff:', '')} ${slot}`;
          if (asked.url === '/alive' && gone.has(server)) reply.statusCode = 503;
          reply.end(server);
        },
        {
          ...base,
          services: base.services.map((service) => ({ ...service, health, strategy: 'rolling' as const })),
        },
      );
      const { services, generation } = pointerFromConfig(edges.site.release);
      settled = {
        generation,
        services: { ...services, shop: { ...services['shop']!, live: 'blue', canary: 0 } },
      };
      rolling = {
        generation,
        services: {
          ...settled.services,
          shop: { ...settled.services['shop']!, rolling: { to: 'green', idle: digestOf('b') } },
        },
      };
      edges.startEdge(first, settled);
      await edges.runtimeApi(first);
    }, 60_000);
    beforeEach(() => gone.clear());
    afterAll(() => edges.stop());

    const contact = { session: () => edges.session(first) };
    const tell = async (pointer: Pointer) =>
      expect(await flip([first], pointer, contact as never)).toHaveLength(1);

    /** Who gives 16 answers, each once. */
    async function servers(edge: string = first): Promise<string[]> {
      const seen = new Set<string>();
      for (let count = 0; count < 16; count++) {
        const { status, body } = await edges.get(edge, 'shop.example.com');
        seen.add(status === 200 ? body : String(status));
      }
      return [...seen].sort();
    }

    it('serves from the live slot alone while nobody rolls, whatever else is healthy', async () => {
      await tell(settled);
      await until(async () => (await servers()).length === 2);
      expect(await servers()).toEqual([`${first} shop-blue`, `${second} shop-blue`]);
    });

    it('serves from both while nodes roll: from whichever each node has', async () => {
      await tell(rolling);
      gone.add(`${first} shop-blue`).add(`${second} shop-green`);
      const expected = [`${first} shop-green`, `${second} shop-blue`];
      await until(async () => String(await servers()) === String(expected));
      // The last of the old ones is gone: the edge is ready all the same.
      gone.add(`${second} shop-blue`);
      await until(async () => String(await servers()) === `${first} shop-green`);
      const { body } = await edges.get(first, 'edge', { path: readinessPath });
      expect(JSON.parse(body)).toMatchObject({ services: { shop: true } });
    });

    it('obeys there who tells it to let go of a server of one slot', async () => {
      await tell(rolling);
      await until(async () => (await servers()).length === 4);
      const api = await edges.runtimeApi(first);
      const [pi1] = edges.site.nodes;
      for (const [state, count] of [
        ['drain', 3],
        ['ready', 4],
        ['maint', 3],
        ['ready', 4],
      ] as const) {
        await api.setServerState('shop-blue', pi1!.name, state);
        await until(async () => (await servers()).length === count);
        expect((await servers()).includes(`${first} shop-blue`)).toBe(count === 4);
      }
    });

    it('loses nothing at an edge that has just started, and takes for up what has no task', async () => {
      const closed = createServer().listen(0);
      await once(closed, 'listening');
      const { port } = closed.address() as AddressInfo;
      closed.close();
      const services = edges.site.services.map((service) =>
        service.name === 'shop' ? { ...service, slotPorts: { ...service.slotPorts, green: port } } : service,
      );
      edges.startEdge(second, rolling, { site: { ...edges.site, services } });
      await until(async () => (await edges.get(second, 'shop.example.com')).status === 200);
      expect(await servers(second)).toEqual([`${first} shop-blue`, `${second} shop-blue`]);
    });
  },
);
