import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { pointerFromConfig } from '../../release/pointer';
import { generationHeader } from './other-edges';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge, other] = machines;
const shop = 'shop.example.com';

describeWithHaproxy(
  'an edge that sees no majority, in a real HAProxy (only where haproxy is installed)',
  () => {
    let edges: RealEdges;
    let others: Server | undefined;

    beforeAll(async () => {
      edges = await RealEdges.start();
      // A third one, which nobody starts.
      const third = { ...edges.site.nodes[0]!, name: 'pi3', address: '127.0.0.13' };
      const nodes = [...edges.site.nodes, third];
      const { generation, services } = pointerFromConfig(edges.site.release);
      edges.startEdge(edge, { generation, services }, { site: { ...edges.site, nodes } });
      await edges.runtimeApi(edge);
      await until(async () => (await edges.get(edge, shop)).body.startsWith('shop-green'));
    }, 60_000);
    afterEach(async () => {
      others?.close().closeAllConnections();
      others = undefined;
      await until(async () => !(await readiness()).majority);
    });
    afterAll(() => edges.stop());

    const readiness = async () =>
      JSON.parse((await edges.get(edge, shop, { path: '/.well-known/evenkeel/ready' })).body) as {
        majority: boolean;
        newest: boolean;
      };

    /** The network is back: an edge of this generation can be reached. */
    async function comesBack(generation: number): Promise<void> {
      others = createServer((_, reply) => reply.setHeader(generationHeader, generation).end('another edge'));
      others.listen(edges.site.edge.ports.http, other);
      await once(others, 'listening');
    }

    it('goes on serving what it had', async () => {
      await until(async () => !(await readiness()).majority);
      expect(await edges.get(edge, shop)).toMatchObject({ status: 200, body: 'shop-green /' });
    });

    it.each(['GET', 'POST'])(
      'looks once more before it answers: a %s that is sent when it is just back gets no old version',
      async (method) => {
        await until(async () => !(await readiness()).majority);
        for (let time = 0; time < 3; time++) {
          await comesBack(edges.site.release.generation + 1);
          const first = await edges.get(edge, shop, { method });
          expect(first.body).toBe('another edge');
          others!.close().closeAllConnections();
          await until(async () => !(await readiness()).majority);
        }
      },
      60_000,
    );

    it('serves as ever when the others know no newer pointer', async () => {
      await until(async () => !(await readiness()).majority);
      await comesBack(edges.site.release.generation);
      expect((await edges.get(edge, shop)).body).toBe('shop-green /');
    });
  },
);
