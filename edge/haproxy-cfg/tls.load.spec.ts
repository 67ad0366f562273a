import { startLoad } from '../../lab/load/start-load';
import { pointerFromConfig } from '../../release/pointer';
import { newCertificate } from '../../test/certificate';
import { fiveNodes, tlsWith } from '../../test/sites';
import { factsOfPem } from '../certificate-facts';
import { certificateFile, readinessPath } from '../edge-paths';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge] = machines;
const host = 'shop.example.com';
const site = newCertificate({ names: [host] });

/** What a drill asks edges with TLS, and why it does not ask them over plain HTTP. */
describeWithHaproxy('a load, on a real HAProxy with TLS (only where haproxy is installed)', () => {
  let edges: RealEdges;
  beforeAll(async () => {
    const base = fiveNodes();
    const tls = tlsWith({ selfSigned: { validity: 90 } });
    edges = await RealEdges.start(undefined, { ...base, edge: { ...base.edge, tls } });
    const files = { [certificateFile]: site.certificate + site.key };
    edges.startEdge(edge, pointerFromConfig(edges.site.release), { files });
    await until(async () => (await edges.get(edge, host, { path: readinessPath })).status === 200);
  }, 60_000);
  afterAll(() => edges.stop());

  async function load(origin: string) {
    const tls = { servername: host, fingerprints: [factsOfPem(site.certificate).fingerprint] };
    const running = startLoad({ targets: [{ name: 'edge', origin }], host, keepAlive: 2, fresh: 1, tls });
    await running.until(20);
    return running.stop();
  }

  it('is answered over TLS, as the public is', async () => {
    const report = await load(`https://${edge}:${edges.site.edge.ports.https}`);
    expect(report).toMatchObject({ lost: 0, reopened: 0 });
  });

  it('is sent on over plain HTTP, which is no answer', async () => {
    const { requests, lostByText } = await load(`http://${edge}:${edges.site.edge.ports.http}`);
    expect(lostByText).toEqual({ 'status 308': requests });
  });
});
