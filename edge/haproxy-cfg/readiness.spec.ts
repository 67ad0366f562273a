import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SlotName } from '../../config/site-config';
import type { Pointer } from '../../release/pointer';
import { digestOf } from '../../test/pointers';
import { fiveNodes } from '../../test/sites';
import { masterSocket, readinessPath } from '../edge-paths';
import type { RuntimeApi } from '../runtime-api';
import { readinessName, staysServer } from './readiness';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [one, other] = machines;

/** What an edge says that lacks nothing; its config has `pi3` in maintenance. */
const whole = {
  ready: true,
  generation: 1,
  newest: true,
  majority: true,
  stays: true,
  serves: 2,
  services: { shop: true, blog: true },
  maintenance: ['pi3'],
};

describeWithHaproxy('the readiness of an edge, in real HAProxies (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let apis: RuntimeApi[];
  /** Slots that fail their check: `shop-green`. */
  const sick = new Set<string>();

  beforeAll(async () => {
    const base = fiveNodes();
    const services = base.services.map((service) => ({
      ...service,
      health: { ...service.health, interval: 100 },
    }));
    edges = await RealEdges.start(
      (slot, _asked, reply) => {
        reply.statusCode = sick.has(slot) ? 500 : 200;
        reply.end(slot);
      },
      { ...base, services },
    );
    const site = {
      ...edges.site,
      nodes: [...edges.site.nodes, base.nodes.find(({ name }) => name === 'pi3')!],
    };
    for (const address of machines) edges.startEdge(address, pointer(1), { site });
    apis = await Promise.all(machines.map((address) => edges.runtimeApi(address)));
    await until(async () => (await says()).serves === 2 && (await says(other)).serves === 2);
  }, 60_000);
  afterEach(async () => {
    sick.clear();
    await Promise.all(apis.map(async (api) => (await api.prepare(pointer(1))).commit()));
    await until(async () => {
      const all = await Promise.all([says(), says(other)]);
      return all.every(({ serves, newest }) => serves === 2 && newest);
    });
  }, 60_000);
  afterAll(() => edges.stop());

  function pointer(generation: number, live: SlotName = 'green', maintenance?: true): Pointer {
    const service = { live, canary: 0, digests: { blue: digestOf('a'), green: digestOf('b') } };
    return {
      generation,
      services: { shop: { ...service, ...(maintenance && { maintenance }) }, blog: service },
    };
  }

  const ask = (address: string = one, host: string = address) =>
    edges.get(address, host, { path: readinessPath });
  const says = async (address: string = one) => JSON.parse((await ask(address)).body) as typeof whole;

  it('is 200, under any host name, with what it goes by', async () => {
    for (const host of [one, 'shop.example.com', 'nobody.example.com', 'pi1', '[::1]']) {
      const { status, headers, body } = await ask(one, host);
      expect([status, JSON.parse(body)]).toEqual([200, whole]);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
      expect(headers).not.toHaveProperty('set-cookie');
    }
  });

  it('is 200 while one service of two has no server, and says which', async () => {
    sick.add('blog-green');
    await until(async () => (await says()).serves === 1);
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await says()).toEqual({ ...whole, serves: 1, services: { shop: true, blog: false } });
  });

  it('is 503 when no service has a server, and 200 again as soon as one has', async () => {
    sick.add('blog-green').add('shop-green');
    await until(async () => (await ask()).status === 503);
    expect(await says()).toEqual({
      ...whole,
      ready: false,
      serves: 0,
      services: { shop: false, blog: false },
    });
    sick.delete('shop-green');
    await until(async () => (await ask()).status === 200);
    expect((await says()).services).toEqual({ shop: true, blog: false });
  }, 60_000);

  it('goes by the live slot, not by the idle one', async () => {
    sick.add('blog-blue').add('shop-blue');
    await until(async () => {
      const blue = (await apis[0]!.serverStats()).filter(({ backend }) => backend.endsWith('-blue'));
      return blue.length > 0 && blue.every(({ status }) => status === 'DOWN');
    });
    expect(await says()).toEqual(whole);
    await Promise.all(apis.map(async (api) => (await api.prepare(pointer(1, 'blue'))).commit()));
    await until(async () => (await ask()).status === 503);
  });

  it('counts a service that is in maintenance: the edge answers for it', async () => {
    sick.add('shop-green');
    await Promise.all(apis.map(async (api) => (await api.prepare(pointer(1, 'green', true))).commit()));
    await until(async () => (await says()).serves === 2);
    expect(await says()).toEqual(whole);
  });

  it('is 503 while its container was told to stop and goes on serving', async () => {
    const file = join(edges.folder(one), 'leaving');
    writeFileSync(file, '');
    try {
      await until(async () => (await ask()).status === 503);
      expect(await says()).toEqual({ ...whole, ready: false, stays: false });
      expect((await edges.get(one, 'shop.example.com')).status).toBe(200);
    } finally {
      rmSync(file);
    }
    await until(async () => (await ask()).status === 200);
  });

  it.each(['pi3', 'PI3', '192.168.1.13', '192.168.1.13:80'])(
    'is 503 under the name and the address of a node in maintenance: %s',
    async (host) => {
      const { status, body } = await ask(one, host);
      expect([status, JSON.parse(body)]).toEqual([503, { ...whole, ready: false }]);
    },
  );

  it('is 503 while another edge has a newer generation, which answers for itself', async () => {
    await (await apis[1]!.prepare(pointer(2))).commit();
    await until(async () => (await ask()).status === 503);
    expect(await says()).toEqual({ ...whole, ready: false, newest: false });
    expect(await says(other)).toEqual({ ...whole, generation: 2 });
  });

  it('is 503 once the edge was told that it is to leave, while requests are still served', async () => {
    const tell = async (state: 'maint' | 'ready') => {
      const channel = await (await edges.session(one)).openUnixSocket(masterSocket);
      const answer = text(channel);
      channel.end(`@1 set server ${readinessName}/${staysServer} state ${state}\n`);
      expect((await answer).trim()).toBe('');
    };
    await tell('maint');
    expect([(await ask()).status, await says()]).toEqual([503, { ...whole, ready: false, stays: false }]);
    expect((await edges.get(one, 'shop.example.com')).status).toBe(200);
    await tell('ready');
    expect(await says()).toEqual(whole);
  });
});
