import * as fc from 'fast-check';
import type { ServiceConfig } from '../../config/site-config';
import { digestOf } from '../../test/pointers';
import { fiveNodes } from '../../test/sites';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge] = machines;
const seed = 4711;

/** Few segments, some of which begin with others, so that prefixes nest and nearly match. */
const segment = fc.constantFrom('a', 'ab', 'b', 'A', 'a.b');
const prefix = fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join('/')}`);
const owners = ['one', 'two', 'three'];

/** Hosts, each shared by three services: path → owner. */
const hosts = fc.sample(
  fc
    .uniqueArray(prefix, { minLength: 1, maxLength: 7 })
    .chain((paths) =>
      fc.tuple(...paths.map((path) => fc.constantFrom(...owners).map((owner) => [path, owner] as const))),
    )
    .map((places) => new Map(places)),
  { numRuns: 15, seed },
);
const hostname = (host: number) => `host${host}.example.com`;

function services(like: ServiceConfig): ServiceConfig[] {
  return hosts.flatMap((places, host) =>
    owners.flatMap((owner) => {
      const paths = [...places].filter(([, has]) => has === owner).map(([path]) => path);
      if (paths.length === 0) return [];
      return [{ ...like, name: `${owner}${host}`, hostnames: [hostname(host)], paths }];
    }),
  );
}

/** The model: drop segment after segment until what is left is somebody's. */
function ownerOf(places: Map<string, string>, path: string): string | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const owner = places.get(path.slice(0, end));
    if (owner) return owner;
  }
  return places.get('/');
}

describeWithHaproxy('chooseService, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;

  beforeAll(async () => {
    const base = fiveNodes();
    const odd = {
      ...base.services[1]!,
      name: 'odd',
      hostnames: ['odd.example.com'],
      paths: ['/~a(b)*,;=:@!c+-_.'],
    };
    const blog = { ...base.services[1]!, paths: ['/', '/blog'] };
    const shop = { ...base.services[0]!, paths: ['/shop', '/blog/shop'] };
    const all = [
      { ...shop, hostnames: ['www.example.com', 'shop.example.com'] },
      { ...blog, hostnames: ['www.example.com'] },
      odd,
      ...services(base.services[1]!),
    ];
    edges = await RealEdges.start(undefined, { ...base, services: all });
    const digests = { blue: digestOf('a') };
    const pointers = all.map(({ name }) => [name, { live: 'blue' as const, canary: 0, digests }]);
    edges.startEdge(edge, {
      generation: 1,
      services: Object.fromEntries(pointers) as Record<string, never>,
    });
    await until(async () => (await get('www.example.com', '/')).startsWith('blog-blue'));
  }, 60_000);

  afterAll(() => edges.stop());

  async function get(host: string, path: string): Promise<string> {
    return (await edges.get(edge, host, { path })).body;
  }

  it.each([
    ['/', 'blog'],
    ['/shop', 'shop'],
    ['/shop/', 'shop'],
    ['/shop?q=/blog', 'shop'],
    ['/shop/basket', 'shop'],
    ['/shopping', 'blog'],
    ['/Shop', 'blog'],
    ['/blog', 'blog'],
    ['/blog/shop/7', 'shop'],
    ['/blog/shops', 'blog'],
    ['/?next=/shop', 'blog'],
    ['//shop', 'blog'],
    ['/%73hop', 'blog'],
  ])('gives %s to %s, unchanged', async (path, service) => {
    expect(await get('www.example.com', path)).toBe(`${service}-blue ${path}`);
  });

  it('has no service for what is below none of the paths', async () => {
    for (const path of ['/', '/other', '/shopping'])
      expect(await edges.get(edge, 'shop.example.com', { path })).toMatchObject({
        status: 404,
        body: 'no service has this address\n',
      });
  });

  it('takes every character that config takes in a path', async () => {
    const path = '/~a(b)*,;=:@!c+-_.';
    expect(await get('odd.example.com', `${path}/x`)).toBe(`odd-blue ${path}/x`);
    expect((await edges.get(edge, 'odd.example.com', { path: `${path}x` })).status).toBe(404);
  });

  it('gives each request to the service with the longest path, whatever the paths are', async () => {
    const asked = fc
      .tuple(prefix, fc.constantFrom('', '/', 'x', '/a', '/x', '?a=/b', '//'))
      .map(([path, end]) => (path === '/' && end.startsWith('/') ? path : path + end));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: hosts.length - 1 }), asked, async (host, path) => {
        const owner = ownerOf(hosts[host]!, path.split('?')[0]!);
        const expected = owner ? `${owner}${host}-blue ${path}` : 'no service has this address\n';
        expect(await get(hostname(host), path)).toBe(expected);
      }),
      { numRuns: 1000, seed },
    );
  }, 60_000);
});
