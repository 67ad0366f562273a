import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { otherSlot } from '../../release/pointer';
import { digestOf } from '../../test/pointers';
import { finishTime } from '../finish-time';
import { haproxyCfg } from '../haproxy-cfg';
import { reloadEdge } from '../reload-edge';
import { describeWithHaproxy, machines, until } from './real-edges.fixture';
import { Client, digests, drain, service, SessionEdges } from './session-edges.fixture';
import { finishVariable } from './sessions';

const [one] = machines;

/** What a worker takes for now is when it was woken last, in ms: on a busy machine it may have had to wait for its turn since. */
const behind = 1000;

describeWithHaproxy('sessions that finish, in real HAProxies (only where haproxy is installed)', () => {
  let site: SessionEdges;

  beforeAll(async () => {
    site = await SessionEdges.start();
  }, 60_000);
  beforeEach(() => site.reset());
  afterAll(() => site.edges.stop());

  /** Until sessions of the shop finish at no edge any more, by their own clock, which is ours. */
  const isOver = () =>
    until(async () => {
      const finish = await Promise.all(site.apis.map((api) => api.variable(finishVariable('shop'))));
      return finish.every((time) => Number(time ?? 0) < Date.now());
    });

  it('stay on the old slot for the drain time at every edge, and go to the same node then', async () => {
    const clients = await site.onBothNodes();
    // No edge notes the switch before it is made, so none ends the time sooner, but for what its clock is behind.
    const end = Date.now() + drain - behind;
    await site.switchTo('green');
    let old = 0;
    while (Date.now() < end) {
      for (const [index, client] of clients.entries())
        for (const edge of machines) {
          const from = await client.ask('shop', edge);
          if (Date.now() >= end) continue;
          expect(from).toBe(`shop-blue pi${1 + index}`);
          old++;
        }
      expect(await new Client(site.edges).ask('shop')).toMatch(/^shop-green /);
      await sleep(20);
    }
    expect(old).toBeGreaterThan(3);
    await isOver();
    for (const [index, client] of clients.entries()) {
      const { headers } = await client.answer('shop', one, '/public');
      expect(headers['cache-control']).toBe('public, max-age=60, private');
      expect(headers['set-cookie']).toEqual(['evenkeel-session-slot=green; Path=/; HttpOnly; SameSite=Lax']);
      for (const edge of machines) expect(await client.ask('shop', edge)).toBe(`shop-green pi${1 + index}`);
      expect(client.cookies['evenkeel-session-slot']).toBe('green');
    }
  });

  it('say until when, to who wants to update the old slot', async () => {
    const workers = await site.apis[0]!.workers();
    await isOver();
    const begun = Date.now();
    await site.switchTo('green');
    let finish: number | undefined;
    let asked = 0;
    // Nobody asks but the edges, each other.
    await until(async () => {
      asked = Date.now();
      return (finish = await finishTime(site.sessions[0]!, 'shop', workers)) !== undefined;
    });
    // The edge's clock is known to half of the way there and back.
    expect(finish).toBeGreaterThanOrEqual(begun + drain - behind - (Date.now() - asked) / 2);
    expect(finish).toBeLessThanOrEqual(Date.now() + drain + 3); // three looks at a clock, in whole ms
    expect(await finishTime(site.sessions[0]!, 'blog', workers)).toBeUndefined();
  });

  it('move at once when their server is down', async () => {
    const [client] = await site.onBothNodes();
    await site.switchTo('green');
    expect(await client.ask('shop')).toBe('shop-blue pi1');
    site.sick.add('shop-blue pi1').add('shop-blue pi2');
    await until(async () =>
      (await site.apis[0]!.serverStats()).every(
        ({ backend, status }) => backend !== 'shop-blue' || status === 'DOWN',
      ),
    );
    expect((await client.answer('shop')).status).toBe(200);
    expect(await client.ask('shop')).toBe('shop-green pi1');
  });

  it('go back with everybody at once when the switch is rolled back', async () => {
    const [old] = await site.onBothNodes();
    await site.switchTo('green');
    const fresh = new Client(site.edges);
    expect(await fresh.ask('shop')).toMatch(/^shop-green /);
    await site.give(service('blue'));
    expect(await fresh.ask('shop')).toMatch(/^shop-blue /);
    expect(await old.ask('shop')).toBe('shop-blue pi1');
  });

  it('never come upon a candidate', async () => {
    const [client] = await site.onBothNodes();
    await site.switchTo('green');
    const candidate = { ...digests, blue: digestOf('c') };
    await site.give(service('green', { digests: candidate, previous: digests.blue }));
    expect(await client.ask('shop')).toBe('shop-green pi1');
  });

  it('do not decide on the slot while there is a share: the canary does', async () => {
    const client = new Client(site.edges);
    await site.switchTo('green');
    const share = (canary: number) => site.give({ ...service('green', { previous: digests.blue }), canary });
    await share(50);
    for (const [bucket, slot] of [
      ['0', 'blue'],
      ['99', 'green'],
    ] as const) {
      client.cookies = {
        'evenkeel-session': 'pi2',
        'evenkeel-session-slot': otherSlot(slot),
        'evenkeel-canary': bucket,
      };
      expect(await client.ask('shop')).toBe(`shop-${slot} pi2`);
      expect(client.cookies['evenkeel-session-slot']).toBe(slot);
    }
  });

  it('finish through a reload, for what is left of their time', async () => {
    const [client] = await site.onBothNodes();
    await site.switchTo('green');
    expect(await client.ask('shop')).toBe('shop-blue pi1'); // the edge has noted the switch
    const noted = () => site.apis[0]!.variable(finishVariable('shop'));
    const before = await noted();
    expect(Number(before)).toBeGreaterThan(Date.now());
    const cfg = haproxyCfg(
      { ...site.edges.site, edge: { ...site.edges.site.edge, limits: { maxConnections: 999 } } },
      {},
    );
    await reloadEdge(site.sessions[0]!, 'container', cfg);
    expect(await client.ask('shop')).toBe('shop-blue pi1');
    expect(await noted()).toBe(before);
    await isOver();
    expect(await client.ask('shop')).toBe('shop-green pi1');
  });

  it('move at an edge that has just started and so has seen no switch', async () => {
    const [client] = await site.onBothNodes();
    const started = '127.0.0.13';
    // It has the new pointer from the start, and is there when the others are switched: that takes them no time.
    const services = { ...site.pointer.services, shop: service('green', { previous: digests.blue }) };
    site.edges.startEdge(started, { generation: site.pointer.generation + 100, services });
    await until(async () => (await site.edges.get(started, 'shop.example.com')).status === 200);
    await site.switchTo('green');
    expect(await client.ask('shop', one)).toBe('shop-blue pi1');
    expect(await client.ask('shop', started)).toBe('shop-green pi1');
  });

  it('finish when the switch comes right before a reload, or right after one', async () => {
    const cfg = haproxyCfg(site.edges.site, {});
    const [client] = await site.onBothNodes();
    await site.switchTo('green');
    await reloadEdge(site.sessions[0]!, 'container', cfg);
    expect(await client.ask('shop')).toBe('shop-blue pi1');
    await site.give(service('blue'));
    expect(await client.ask('shop')).toBe('shop-blue pi1');
    await reloadEdge(site.sessions[0]!, 'container', cfg);
    await site.switchTo('green');
    expect(await client.ask('shop')).toBe('shop-blue pi1');
    // Whether the new worker was asked anything between the two is chance, so what it knew from the start is looked at too.
    const file = readFileSync(join(site.edges.folder(one), 'haproxy.cfg'), 'utf8');
    expect(file).toContain('set-var proc.live_shop str(blue)');
  }, 60_000);

  it('finish for all of many clients that ask while the switch is made', async () => {
    const clients = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const client = new Client(site.edges);
        await client.ask('shop');
        return client;
      }),
    );
    const nodes = clients.map(({ cookies }) => cookies['evenkeel-session']);
    let over = false;
    const seen: string[] = [];
    const asking = clients.map(async (client, index) => {
      while (!over) {
        const from = await client.ask('shop', machines[index % 2]);
        seen.push(from === `shop-blue ${nodes[index]}` ? 'as before' : from);
      }
    });
    // On a busy machine a second has room for few requests.
    const answersMore = (than: number) => until(() => Promise.resolve(seen.length > than + clients.length));
    await answersMore(0);
    await site.switchTo('green');
    await answersMore(seen.length);
    over = true;
    await Promise.all(asking);
    expect(new Set(seen)).toEqual(new Set(['as before']));
  });
});
