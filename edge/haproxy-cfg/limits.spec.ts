import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pointerFromConfig } from '../../release/pointer';
import { fiveNodes } from '../../test/sites';
import type { RuntimeApi } from '../runtime-api';
import { describeWithHaproxy, machines, RealEdges, until } from './real-edges.fixture';

const [edge, other] = machines;
const host = 'blog.example.com';
const limits = { maxConnections: 3, queue: 2 };
/** Of this service alone the queue's time is short. */
const impatient = 'shop.example.com';

describeWithHaproxy('limits, in a real HAProxy (only where haproxy is installed)', () => {
  let edges: RealEdges;
  let api: RuntimeApi;
  /** Requests in work, by the server's address. */
  let inWork: Record<string, Set<ServerResponse>> = {};
  let most: Record<string, number> = {};

  beforeAll(async () => {
    const base = fiveNodes();
    edges = await RealEdges.start(
      (_, asked, reply) => {
        if (!asked.url!.startsWith('/hold')) return reply.end();
        const server = asked.socket.localAddress!;
        const here = (inWork[server] ??= new Set());
        here.add(reply);
        most[server] = Math.max(most[server] ?? 0, here.size);
        reply.on('close', () => here.delete(reply));
      },
      {
        ...base,
        services: base.services.map((each) => ({
          ...each,
          limits: { ...limits, queueTimeout: each.name === 'shop' ? 700 : 20_000 },
          health: { path: '/alive', interval: 500, timeout: 450 },
        })),
        edge: {
          ...base.edge,
          limits: { maxConnections: 100 },
          timeouts: { ...base.edge.timeouts, client: 20_000 },
        },
      },
    );
    edges.startEdge(edge, pointerFromConfig(edges.site.release));
    api = await edges.runtimeApi(edge);
    await until(async () => (await edges.get(edge, host)).status === 200);
  }, 60_000);
  beforeEach(() => {
    inWork = {};
    most = {};
  });
  afterAll(() => edges.stop());

  const working = () => Object.values(inWork).reduce((sum, { size }) => sum + size, 0);
  /** Requests that wait at the edge, by its statistics. */
  const queued = async () => {
    const [header, ...rows] = (await api.ask('@1 show stat')).trim().split('\n');
    const waiting = header!.split(',').indexOf('qcur');
    return rows
      .filter((row) => row.startsWith('blog-'))
      .reduce((sum, row) => sum + Number(row.split(',')[waiting]), 0);
  };
  const finish = () =>
    Object.values(inWork).forEach((replies) => replies.forEach((reply) => reply.end('done')));
  const statuses = async (asked: Promise<{ status: number }>[]) => {
    const counts: Record<number, number> = {};
    for (const { status } of await Promise.all(asked)) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };

  it('sends a server no more at a time than it may have, lets some wait and tells the others at once', async () => {
    const first = Array.from({ length: 6 }, () => edges.get(edge, host, { path: '/hold' }));
    await until(() => Promise.resolve(working() === 6));
    const second = Array.from({ length: 5 }, () => edges.get(edge, host, { path: '/hold' }));
    await until(async () => (await queued()) === 5);
    const { status, headers } = await edges.get(edge, host, { path: '/hold' });
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '1' });
    finish();
    await until(() => Promise.resolve(working() === 5));
    finish();
    expect(await statuses([...first, ...second])).toEqual({ 200: 11 });
    expect(Object.values(most)).toEqual([3, 3]);
  });

  it('tells who has waited too long', async () => {
    const first = Array.from({ length: 6 }, () => edges.get(edge, impatient, { path: '/hold' }));
    await until(() => Promise.resolve(working() === 6));
    const { status, headers } = await edges.get(edge, impatient, { path: '/hold' });
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '1' });
    finish();
    expect(await statuses(first)).toEqual({ 200: 6 });
  });

  it('stands five times as many clients as it serves, with nothing but answers and 503, and serves all when they are gone', async () => {
    const asked = Array.from({ length: 60 }, () => edges.get(edge, host, { path: '/hold' }));
    const finishing = setInterval(finish, 20);
    const counts = await statuses(asked);
    clearInterval(finishing);
    expect(Object.keys(counts)).toEqual(['200', '503']);
    expect(counts[200]).toBeGreaterThanOrEqual(10);
    expect(Math.max(...Object.values(most))).toBeLessThanOrEqual(3);
    expect(await statuses(Array.from({ length: 6 }, () => edges.get(edge, host)))).toEqual({ 200: 6 });
  });

  it('has answers left when its connections run out, and serves again when they are free', async () => {
    const idle: Socket[] = [];
    for (let index = 0; index < 93; index++) {
      const socket = connect(edges.site.edge.ports.http, edge).on('error', () => {});
      idle.push(socket);
      await once(socket, 'connect');
    }
    await until(async () => (await edges.get(edge, host)).status === 503);
    const { status, headers } = await edges.get(edge, host);
    expect({ status, retryAfter: headers['retry-after'], connection: headers.connection }).toEqual({
      status: 503,
      retryAfter: '1',
      connection: 'close',
    });
    idle.forEach((socket) => socket.destroy());
    await until(async () => (await edges.get(edge, host)).status === 200);
  });

  it('waits no longer for a slow client’s request than for its silence', async () => {
    const timeouts = { ...edges.site.edge.timeouts, client: 1000 };
    const site = { ...edges.site, edge: { ...edges.site.edge, timeouts } };
    edges.startEdge(other, pointerFromConfig(site.release), { site });
    await edges.runtimeApi(other);
    const slow = connect(site.edge.ports.http, other);
    const dribble = setInterval(() => slow.write('x'), 100);
    slow.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nx-slow: `);
    const [answer] = (await once(slow, 'data')) as [Buffer];
    clearInterval(dribble);
    slow.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
  });
});
