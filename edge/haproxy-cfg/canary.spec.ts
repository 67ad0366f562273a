import { createHash } from 'node:crypto';
import { pointerFromConfig, type Pointer } from '../../release/pointer';
import { type Answer, describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';
import type { RuntimeApi } from '../runtime-api';

const [one, other] = machines;
const shop = 'shop.example.com';

const token = 'let-me-have-a-look-4711';
const tokens = {
  'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
};

/** 200 clients with neighbouring addresses, as a town's customers have them. */
const clients = Array.from({ length: 200 }, (_, index) => `127.7.${1 + (index % 4)}.${1 + (index >> 2)}`);

describeWithHaproxy('the canary’s share, in real HAProxies (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let apis: RuntimeApi[];
  let generation: number;

  beforeAll(async () => {
    edges = await RealEdges.start((slot, asked, reply) => {
      if (asked.url === '/public') reply.setHeader('cache-control', 'public, max-age=60');
      if (asked.url === '/secret') reply.setHeader('cache-control', 'no-store');
      if (asked.url === '/login') reply.setHeader('set-cookie', 'session=1');
      if (asked.headers['evenkeel-forwarded']) reply.statusCode = 400; // it is between edges alone
      reply.end(`${slot} ${String(asked.headers['x-forwarded-for'])}`);
    });
    generation = edges.site.release.generation;
    for (const address of machines) edges.startEdge(address, pointer(0), { tokens });
    apis = await Promise.all(machines.map((address) => edges.runtimeApi(address)));
    for (const address of machines)
      await until(async () => (await edges.get(address, shop)).body.startsWith('shop-green'));
  }, 60_000);

  afterAll(() => edges.stop());

  function pointer(canary: number): Pointer {
    const { services } = pointerFromConfig(edges.site.release);
    return { generation, services: { ...services, shop: { ...services['shop']!, canary } } };
  }

  /** Gives all edges another share, as a switchover does. */
  async function giveShare(canary: number): Promise<void> {
    generation++;
    await Promise.all(apis.map(async (api) => (await api.prepare(pointer(canary))).commit()));
  }

  const ask = (address: string, from: string, cookie?: string, path = '/') =>
    edges.get(address, shop, { from, path, headers: cookie ? { cookie } : {} });
  const slotOf = ({ body }: Answer) => body.split(' ')[0];
  const bucketOf = ({ headers }: Answer) =>
    /^evenkeel-canary=(\d+); Path=\/; HttpOnly; SameSite=Lax$/.exec(headers['set-cookie']?.[0] ?? '')?.[1];

  /** The clients without cookie that an edge sends to the idle slot. */
  async function inShare(address: string): Promise<string[]> {
    const answers = await Promise.all(clients.map((from) => ask(address, from)));
    return clients.filter((_, index) => slotOf(answers[index]!) === 'shop-blue');
  }

  it('sends the same clients to the candidate on every edge, and goes on to when the share grows', async () => {
    const chosen: string[][] = [];
    for (const share of [0, 5, 25, 50, 100]) {
      await giveShare(share);
      const [byOne, byOther] = [await inShare(one), await inShare(other)];
      expect(byOther).toEqual(byOne);
      expect(byOne).toEqual(expect.arrayContaining(chosen.at(-1) ?? []));
      // Of 200 clients in 100 buckets: 4.4 standard deviations of the widest share.
      expect(Math.abs(byOne.length / clients.length - share / 100)).toBeLessThan(0.16);
      chosen.push(byOne);
    }
    expect(chosen[0]).toEqual([]);
    expect(chosen[4]).toEqual(clients);
  });

  it('gives each client its bucket as a cookie, the same on every edge', async () => {
    await giveShare(25);
    for (const from of clients.slice(0, 20)) {
      const [byOne, byOther] = [await ask(one, from), await ask(other, from)];
      expect(byOne.headers['set-cookie']).toHaveLength(1);
      expect(bucketOf(byOther)).toBe(bucketOf(byOne));
      expect(slotOf(byOne)).toBe(Number(bucketOf(byOne)) < 25 ? 'shop-blue' : 'shop-green');
    }
  });

  it('keeps a client with its cookie on its side, from any address and on any edge, while the share grows', async () => {
    await giveShare(5);
    const answers = await Promise.all(clients.map((from) => ask(one, from)));
    for (const share of [5, 25, 50]) {
      await giveShare(share);
      for (const [index, answer] of answers.entries()) {
        if (index % 8 > 0) continue;
        const bucket = bucketOf(answer)!;
        const moved = await ask(other, `127.9.9.${1 + index}`, `a=1; evenkeel-canary=${bucket}; b=2`);
        expect(slotOf(moved)).toBe(Number(bucket) < share ? 'shop-blue' : 'shop-green');
        expect(moved.headers['set-cookie']).toBeUndefined();
        expect(moved.headers['cache-control']).toBeUndefined();
      }
    }
  });

  it.each(['0', '9', '10', '99'])('takes %s for a bucket', async (bucket) => {
    await giveShare(10);
    const answer = await ask(one, '127.0.0.1', `evenkeel-canary=${bucket}`);
    expect(slotOf(answer)).toBe(Number(bucket) < 10 ? 'shop-blue' : 'shop-green');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each(['', '100', '-1', '05', '5x', 'x5', '5.5', '1e1', '%35', '99999999999999999999'])(
    'replaces what is no bucket, by that of the address: "%s"',
    async (bucket) => {
      await giveShare(10);
      const [without, answer] = [
        await ask(one, '127.0.0.1'),
        await ask(one, '127.0.0.1', `evenkeel-canary=${bucket}`),
      ];
      expect(bucketOf(without)).toMatch(/^\d+$/);
      expect(bucketOf(answer)).toBe(bucketOf(without));
      expect(slotOf(answer)).toBe(slotOf(without));
    },
  );

  it('gives no cookie, and heeds none, while there is no share', async () => {
    await giveShare(0);
    const [without, withOne] = [
      await ask(one, '127.0.0.1'),
      await ask(one, '127.0.0.1', 'evenkeel-canary=0'),
    ];
    expect([without, withOne].map(slotOf)).toEqual(['shop-green', 'shop-green']);
    expect([without, withOne].map(({ headers }) => headers['set-cookie'])).toEqual([undefined, undefined]);
  });

  it('gives none with another service’s share, and none with what HAProxy answers itself', async () => {
    await giveShare(50);
    expect((await edges.get(one, 'blog.example.com')).headers['set-cookie']).toBeUndefined();
    expect((await edges.get(one, 'nobody.example.com')).headers['set-cookie']).toBeUndefined();
  });

  it('sends who looks at the preview address to the candidate, whatever the bucket, and gives no cookie', async () => {
    for (const share of [0, 50]) {
      await giveShare(share);
      for (const cookie of ['', 'evenkeel-canary=99']) {
        const headers = { 'evenkeel-token': token, cookie };
        const answer = await edges.get(one, 'next.shop.example.com', { headers });
        expect([slotOf(answer), answer.headers['set-cookie']]).toEqual(['shop-blue', undefined]);
      }
    }
  });

  it.each([
    ['/', 'private'],
    ['/public', 'public, max-age=60, private'],
    ['/secret', 'no-store, private'],
  ])('lets no shared cache keep an answer with the cookie: %s', async (path, cacheControl) => {
    await giveShare(50);
    expect((await ask(one, '127.0.0.1', undefined, path)).headers['cache-control']).toBe(cacheControl);
  });

  it('leaves the service its own cookies', async () => {
    await giveShare(50);
    const { headers } = await ask(one, '127.0.0.1', undefined, '/login');
    expect(headers['set-cookie']).toEqual([
      'session=1',
      expect.stringMatching(/^evenkeel-canary=\d+;/) as string,
    ]);
  });

  describe('through an edge that was away for a release', () => {
    beforeAll(async () => {
      await giveShare(50);
      // The other edge goes on alone; the first one still gives the share that there was before.
      generation++;
      await (await apis[1]!.prepare(pointer(25))).commit();
      await until(async () => slotOf(await ask(one, '127.0.0.1', 'evenkeel-canary=30')) === 'shop-green');
    });

    it('is judged by the other edge, by the client’s address, with one cookie and one address for the service', async () => {
      for (const from of clients.slice(0, 40)) {
        const [direct, passedOn] = [await ask(other, from), await ask(one, from)];
        expect(direct.body).toMatch(new RegExp(` ${from}$`));
        expect(passedOn).toMatchObject({ status: 200, body: direct.body });
        expect(passedOn.headers['set-cookie']).toEqual(direct.headers['set-cookie']);
        expect(passedOn.headers['cache-control']).toBe('private');
      }
    });

    it('keeps the side of a client that has the cookie', async () => {
      for (const bucket of [0, 24, 25, 49]) {
        const answer = await ask(one, '127.0.0.1', `evenkeel-canary=${bucket}`);
        expect(slotOf(answer)).toBe(bucket < 25 ? 'shop-blue' : 'shop-green');
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
    });

    it('tells it the client’s address, whatever the client says', async () => {
      const headers = { 'x-forwarded-for': '198.51.100.7' };
      const { body } = await edges.get(one, shop, { from: '127.7.1.1', headers });
      expect(body).toMatch(/^shop-\w+ 127\.7\.1\.1$/);
    });
  });

  it('believes no client that claims to come from an edge', async () => {
    await giveShare(50);
    const claim = { 'evenkeel-forwarded': '1', 'x-forwarded-for': '127.7.1.1' };
    const from = '127.0.0.1';
    const [plain, claiming] = [await ask(one, from), await edges.get(one, shop, { from, headers: claim })];
    expect(bucketOf(claiming)).toBe(bucketOf(plain));
    expect(claiming.status).toBe(200);
    expect(claiming.body).toMatch(/^shop-\w+ 127\.0\.0\.1$/);
  });
});
