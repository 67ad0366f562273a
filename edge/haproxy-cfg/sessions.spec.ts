import { describeWithHaproxy, machines } from './real-edges.fixture';
import { Client, service, SessionEdges } from './session-edges.fixture';

const [one, other] = machines;

describeWithHaproxy('sessions, in real HAProxies (only where haproxy is installed)', () => {
  let site: SessionEdges;

  beforeAll(async () => {
    site = await SessionEdges.start();
  }, 60_000);
  beforeEach(() => site.reset());
  afterAll(() => site.edges.stop());

  it('gives a client a cookie that names slot and node, which no cache keeps and no script reads', async () => {
    const client = new Client(site.edges);
    const { headers, body } = await client.answer('shop');
    const [slot, node] = body.split(' | ')[0]!.split(' ');
    expect(headers['set-cookie']).toEqual([
      `evenkeel-session-slot=${slot!.replace('shop-', '')}; Path=/; HttpOnly; SameSite=Lax`,
      `evenkeel-session=${node}; path=/; HttpOnly; SameSite=Lax`,
    ]);
    expect(headers['cache-control']).toMatch(/^private/);
    const without = await client.answer('shop', one, '/public');
    expect(without.headers['cache-control']).toBe('public, max-age=60');
    for (const name of ['shop', 'blog'] as const) {
      const first = await new Client(site.edges).answer(name, one, '/public');
      expect(first.headers['cache-control']).toMatch(/^public, max-age=60(, private)+$/);
    }
  });

  it('keeps a client on its server, through every edge, and the cookie from the service', async () => {
    for (const client of await site.onBothNodes()) {
      const first = await client.ask('shop');
      client.cookies['own'] = '1';
      const seen = 'evenkeel-session-slot=blue; own=1';
      for (const edge of [one, one, one, other, other, other]) {
        const { body, headers } = await client.answer('shop', edge);
        expect(body).toBe(`${first} | ${seen}`);
        expect(headers['set-cookie']).toBeUndefined();
      }
    }
  });

  it.each(['pi9', '', '"', '192.168.1.11', 'blue'])(
    'serves a client with a cookie that names no server, and gives it another: %s',
    async (value) => {
      const client = new Client(site.edges);
      client.cookies['evenkeel-session'] = value;
      client.cookies['evenkeel-session-slot'] = value;
      expect(await client.ask('shop')).toMatch(/^shop-blue pi[12]$/);
      expect(client.cookies['evenkeel-session']).toMatch(/^pi[12]$/);
      expect(client.cookies['evenkeel-session-slot']).toBe('blue');
    },
  );

  it('moves a client whose server is down to another one, where it stays', async () => {
    const [client] = await site.onBothNodes();
    site.sick.add('shop-blue pi1');
    await site.healthy();
    expect(await client.ask('shop')).toBe('shop-blue pi2');
    site.sick.clear();
    await site.healthy();
    expect(await client.ask('shop')).toBe('shop-blue pi2');
  });

  describe('that move', () => {
    it('go to the live slot at once, on the same node', async () => {
      const client = new Client(site.edges);
      const node = (await client.ask('blog')).split(' ')[1];
      await site.switchTo('green');
      for (const edge of machines) expect(await client.ask('blog', edge)).toBe(`blog-green ${node}`);
      expect(client.cookies).toEqual({ 'blog-session': node });
      await site.give(service('blue'));
      expect(await client.ask('blog')).toBe(`blog-blue ${node}`);
    });

    it('go to another node where theirs is down in the live slot', async () => {
      const client = new Client(site.edges);
      const node = (await client.ask('blog')).split(' ')[1]!;
      site.sick.add(`blog-green ${node}`);
      await site.healthy();
      await site.switchTo('green');
      expect(await client.ask('blog')).toBe(`blog-green ${node === 'pi1' ? 'pi2' : 'pi1'}`);
    });
  });
});
