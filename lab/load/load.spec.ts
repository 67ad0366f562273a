import { cleanUp, good, serve, start } from './test-loads';
import { httpAnswer, type RawAnswer } from './raw-server';
import { clock } from './clock';

afterEach(cleanUp);

describe('Load', () => {
  it('report shows what came so far, requestsSent what is under way too', async () => {
    const held: Parameters<RawAnswer>[0][] = [];
    const server = await serve((request) => (request.number <= 5 ? good(request) : held.push(request)));
    const load = start(server, { keepAlive: 1 });
    await load.until(5);
    while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(load.report().requests).toBe(5);
    expect(load.requestsSent).toBe(6);
    held.forEach(good);
    await load.stop();
  });

  it('stop lets requests under way end, begins none, and leaves no connection', async () => {
    const server = await serve((request) => setTimeout(() => good(request), 20));
    const load = start(server, { keepAlive: 3, fresh: 2 });
    await load.until(1);
    const report = await load.stop();
    expect(report).toMatchObject({ requests: load.requestsSent, lost: 0 });
    expect(server.requests).toBe(report.requests);
    while (server.open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(load.stop()).resolves.toEqual(report);
    expect(load.report()).toEqual(report);
  });

  it('until rejects when the load is stopped before', async () => {
    const server = await serve(good);
    const load = start(server);
    const waiting = expect(load.until(1e9)).rejects.toThrow(
      /^The load was stopped after \d+ requests, before 1000000000 had ended$/,
    );
    await load.until(10);
    await load.stop();
    await waiting;
    await expect(load.until(1e9)).rejects.toThrow('The load was stopped');
  });

  it('firstAndLast tells when each target was last asked for an answer that showed a version', async () => {
    let version = '1.0.0';
    const pi1 = await serve(({ socket }) => socket.write(httpAnswer(version)));
    const pi2 = await serve(good);
    const targets = [
      { name: 'pi1', origin: pi1.origin },
      { name: 'pi2', origin: pi2.origin },
    ];
    const load = start(pi1, { targets });
    await load.until(50);
    const before = clock();
    version = '2.0.0';
    const switched = clock();
    await load.until(load.report().requests + 50);
    const { startedAt, endedAt } = await load.stop();

    const old = load.firstAndLast('1.0.0');
    expect(Object.keys(old)).toEqual(['pi1', 'pi2']);
    expect(old.pi1?.first).toBeGreaterThanOrEqual(startedAt);
    expect(old.pi1?.last).toBeLessThanOrEqual(before);
    expect(old.pi2?.last).toBeGreaterThan(switched);
    const next = load.firstAndLast('2.0.0');
    expect(Object.keys(next)).toEqual(['pi1']);
    expect(next.pi1?.last).toBeGreaterThan(switched);
    expect(next.pi1?.last).toBeLessThanOrEqual(endedAt);
    expect(load.firstAndLast('3.0.0')).toEqual({});
  });

  it('answers keeps the latest, as many as asked for', async () => {
    const server = await serve(({ socket, number }) => socket.write(httpAnswer(`1.0.${number}`)));
    const load = start(server, { keepAlive: 1, record: 10 });
    await load.until(35);
    const { requests } = await load.stop();
    expect(load.answers().map(({ version }) => version)).toEqual(
      Array.from({ length: 10 }, (_, index) => `1.0.${requests - 9 + index}`),
    );
    expect(load.answers()[0]).toEqual({
      target: 'pi1',
      version: `1.0.${requests - 9}`,
      sentAt: expect.any(Number) as number,
      answeredAt: expect.any(Number) as number,
    });
  });

  it('answers keeps none unless asked to', async () => {
    const server = await serve(good);
    const load = start(server);
    await load.until(10);
    await load.stop();
    expect(load.answers()).toEqual([]);
  });
});
