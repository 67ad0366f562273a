import { cleanUp, every, good, runLoad, serve, start } from './test-loads';
import { httpAnswer, reset, type RawAnswer } from './raw-server';
import { clock } from './clock';

afterEach(cleanUp);

describe('startLoad', () => {
  it('counts every request that the server answered, once', async () => {
    const server = await serve(good);
    const report = await runLoad(server, 200);
    const { requests } = server;
    expect(requests).toBeGreaterThanOrEqual(200);
    expect(report).toMatchObject({ requests, lost: 0, wrong: 0, reopened: 0, failures: [] });
    expect(report.byVersion).toEqual({ '1.0.0': requests });
    expect(report.byTarget).toEqual({
      pi1: { requests, lost: 0, wrong: 0, longestGap: expect.any(Number) as number },
    });
  });

  it('keeps a connection per kept-alive loop, and opens one per request of a fresh loop', async () => {
    const kept = await serve(good);
    await runLoad(kept, 100, { keepAlive: 3 });
    expect(kept.connections).toBe(3);
    const fresh = await serve(good);
    await runLoad(fresh, 100, { keepAlive: 0, fresh: 3 });
    expect(fresh.connections).toBe(fresh.requests);
  });

  it('sends the host, the path, and announces the end of a fresh connection', async () => {
    const heads = new Set<string>();
    const server = await serve((request) => {
      heads.add(request.head);
      good(request);
    });
    await runLoad(server, 50, { keepAlive: 1, fresh: 1, path: '/slow?ms=1' });
    expect([...heads].sort()).toEqual([
      'GET /slow?ms=1 HTTP/1.1\r\nhost: shop.example.com\r\nconnection: close\r\n\r\n',
      'GET /slow?ms=1 HTTP/1.1\r\nhost: shop.example.com\r\nconnection: keep-alive\r\n\r\n',
    ]);
  });

  it('sends to every target alike, and tells them apart', async () => {
    const pi1 = await serve(good);
    const pi2 = await serve(({ socket }) => socket.write(httpAnswer('2.0.0')));
    const targets = [
      { name: 'pi1', origin: pi1.origin },
      { name: 'pi2', origin: pi2.origin },
    ];
    const report = await runLoad(pi1, 100, { targets, fresh: 1 });
    expect(report.byTarget).toMatchObject({
      pi1: { requests: pi1.requests },
      pi2: { requests: pi2.requests },
    });
    expect(report.byVersion).toEqual({ '1.0.0': pi1.requests, '2.0.0': pi2.requests });
  });

  describe('opens a kept-alive connection again, and loses nothing, when the server', () => {
    it('announced its end in an answer', async () => {
      const server = await serve(
        every(10, ({ socket }) => socket.end(httpAnswer('1.0.0', 'Connection: close\r\n'))),
      );
      const report = await runLoad(server, 200);
      expect(report).toMatchObject({ requests: server.requests, lost: 0, reopened: server.connections - 2 });
      // At most one close for each loop came after its last request.
      const closes = Math.floor(server.requests / 10);
      expect([closes, closes - 1, closes - 2]).toContain(report.reopened);
    });

    it.each<[string, RawAnswer]>([
      ['closed it while it was idle', ({ socket }) => socket.end()],
      ['reset it while it was idle', ({ socket }) => setTimeout(() => reset(socket), 1)],
    ])('%s', async (_what, end) => {
      const server = await serve((request) => {
        const { socket, onConnection } = request;
        socket.write(httpAnswer('1.0.0'), () => onConnection === 3 && end(request));
      });
      // Slow enough for a connection to be idle when its end comes.
      const report = await runLoad(server, 12, { keepAlive: 1, rate: 10 });
      expect(report).toMatchObject({ requests: server.requests, lost: 0, reopened: server.connections - 1 });
      expect(server.connections).toBe(Math.ceil(server.requests / 3));
    });
  });

  it('does not count as reopened what follows a lost request', async () => {
    const server = await serve(every(5, ({ socket }) => reset(socket)));
    const report = await runLoad(server, 30, { keepAlive: 1 });
    expect(report.lost).toBe(Math.floor(server.requests / 5));
    expect(report.reopened).toBe(0);
    expect(server.connections).toBe(1 + Math.floor((server.requests - 1) / 5));
  });

  describe('allowed', () => {
    it('makes the answers wrong that it says no to', async () => {
      let wrong = 0;
      const server = await serve(
        every(7, ({ socket }) => {
          wrong++;
          socket.write(httpAnswer('9.9.9'));
        }),
      );
      const report = await runLoad(server, 100, { fresh: 1, allowed: (version) => version === '1.0.0' });
      expect(report).toMatchObject({ requests: server.requests, lost: 0, wrong });
      expect(report.byVersion).toEqual({ '1.0.0': server.requests - wrong, '9.9.9': wrong });
      expect(report.byTarget.pi1?.wrong).toBe(wrong);
      expect(report.failures[0]).toMatchObject({
        kind: 'wrong',
        text: expect.stringMatching(/^version 9\.9\.9, /) as string,
      });
    });

    it('gets the instants between which the request was under way', async () => {
      const handled: number[] = [];
      const server = await serve((request) => {
        handled.push(clock());
        setTimeout(() => good(request), 5);
      });
      const seen: [number, number][] = [];
      await runLoad(server, 10, {
        keepAlive: 1,
        allowed: (_version, sentAt, answeredAt) => {
          seen.push([sentAt, answeredAt]);
          return true;
        },
      });
      expect(seen).toHaveLength(handled.length);
      seen.forEach(([sentAt, answeredAt], index) => {
        expect(sentAt).toBeLessThanOrEqual(handled[index] ?? NaN);
        expect(answeredAt).toBeGreaterThan(handled[index] ?? NaN);
      });
    });

    it('sees an answer without X-Version as (none)', async () => {
      const server = await serve(({ socket }) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
      );
      const report = await runLoad(server, 5, { allowed: (version) => version === '(none)' });
      expect(report).toMatchObject({ wrong: 0, byVersion: { '(none)': server.requests } });
    });

    it('ends the load when it throws: until and stop tell', async () => {
      const server = await serve(good);
      const load = start(server, {
        allowed: () => {
          throw new Error('no such version');
        },
      });
      await expect(load.until(10)).rejects.toThrow('no such version');
      await expect(load.stop()).rejects.toThrow('no such version');
    });
  });

  it('measures slow answers, and loses none', async () => {
    const server = await serve(every(10, (request) => setTimeout(() => good(request), 60)));
    const report = await runLoad(server, 50);
    expect(report).toMatchObject({ requests: server.requests, lost: 0 });
    // A timer of 60 ms may fire a little early by another clock.
    expect(report.max).toBeGreaterThan(59);
    expect(report.p99).toBeGreaterThan(59);
    expect(report.p50).toBeLessThan(report.p99);
  });

  it('never has more requests under way than loops', async () => {
    let underWay = 0;
    let most = 0;
    const server = await serve((request) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        good(request);
      }, 3);
    });
    await runLoad(server, 50, { keepAlive: 2, fresh: 1 });
    expect(most).toBe(3);
  });
});
