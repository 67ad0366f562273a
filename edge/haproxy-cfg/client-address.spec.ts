import { pointerFromConfig } from '../../release/pointer';
import { fiveNodes } from '../../test/sites';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

/** The second one was away for a release, so it passes requests on to the first one. */
const [newest, returned] = machines;
const shop = 'shop.example.com';
const client = '127.7.1.1';
/** Of the trusted proxies. */
const [near, far] = ['127.8.0.1', '127.8.0.2'];

describeWithHaproxy('X-Forwarded headers, in real HAProxies (only where haproxy is installed)', () => {
  let edges: RealEdges;

  beforeAll(async () => {
    const base = fiveNodes();
    edges = await RealEdges.start(
      (slot, asked, reply) => reply.end(JSON.stringify({ ...asked.headers, slot })),
      { ...base, edge: { ...base.edge, trustedProxies: ['127.8.0.0/16'] } },
    );
    const { generation, services } = pointerFromConfig(edges.site.release);
    const shop = { ...services['shop']!, canary: 0 };
    edges.startEdge(newest, { generation, services: { shop } });
    edges.startEdge(returned, {
      generation: generation - 1,
      services: { shop: { ...shop, live: 'blue' } },
    });
    for (const edge of machines) await until(async () => (await learns(edge, client)).slot === 'shop-green');
  }, 60_000);
  afterAll(() => edges.stop());

  /** What the service learns of its client, and all else that begins as these headers do. */
  async function learns(edge: string, from: string, headers: Record<string, string> = {}) {
    const { body } = await edges.get(edge, `${shop}:8000`, { from, headers });
    const all = JSON.parse(body) as Record<string, string>;
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => /^(slot|x-forwarded|x-real|forwarded|evenkeel)/.test(name)),
    );
  }
  const plain = {
    slot: 'shop-green',
    'x-forwarded-for': client,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': `${shop}:8000`,
  };
  const lies = {
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example.com',
    'x-forwarded-port': '443',
    'x-forwarded-prefix': '/evil',
    forwarded: 'for=198.51.100.7;proto=https',
    'x-real-ip': '198.51.100.7',
  };

  describe.each([
    ['directly', newest],
    ['through another edge', returned],
  ])('%s', (_, edge) => {
    it('say the client’s address, how it came and what it asked for', async () => {
      expect(await learns(edge, client)).toEqual(plain);
    });

    it('say nothing that a client claims', async () => {
      expect(await learns(edge, client, lies)).toEqual(plain);
      // An edge that believes it to be passed on judges it itself, with what it has; but it believes nothing else.
      const { slot, ...claim } = await learns(edge, client, { ...lies, 'evenkeel-forwarded': '1' });
      expect({ ...claim, slot: 'shop-green' }).toEqual(plain);
      expect(slot).toMatch(/^shop-/);
    });

    it('say what a trusted proxy does', async () => {
      const said = {
        'x-forwarded-for': `198.51.100.7, ${client}`,
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'www.example.com',
      };
      expect(await learns(edge, near, said)).toEqual({ ...plain, ...said, 'x-forwarded-for': client });
    });

    it('say whom the farthest of several trusted proxies has seen', async () => {
      const chain = { 'x-forwarded-for': `198.51.100.7, ${client}, ${far}, ${near}` };
      expect(await learns(edge, near, chain)).toEqual(plain);
    });

    it('say the proxy’s own address where it names nobody, and http where it says nonsense', async () => {
      const nonsense = { 'x-forwarded-for': 'unknown', 'x-forwarded-proto': 'gopher' };
      expect(await learns(edge, near, nonsense)).toEqual({ ...plain, 'x-forwarded-for': near });
    });
  });
});
