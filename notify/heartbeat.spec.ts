import { setTimeout as sleep } from 'node:timers/promises';
import { listen, type LocalServer } from '../watchdog/local-server.fixture';
import { Heartbeat } from './heartbeat';

let server: LocalServer;
let asked: (string | undefined)[];
let status: number;
let log: string[];
let now: number;

beforeEach(async () => {
  [asked, status, log, now] = [[], 200, [], 0];
  server = await listen((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end();
  });
});
afterEach(() => server.stop());

const beats = () =>
  new Heartbeat(
    `${server.url}/beat/secret`,
    60_000,
    () => now,
    (line) => log.push(line),
  );

/** Waits until `look` is true, 20 s at most. */
async function seen(look: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !look(); tries++) await sleep(20);
  expect(look()).toBe(true);
}

describe('Heartbeat', () => {
  it('asks once in its time, however often all is well', async () => {
    const heart = beats();
    for (now of [0, 5000, 59_999]) heart.beat();
    await seen(() => asked.length === 1);
    now = 60_000;
    heart.beat();
    await seen(() => asked.length === 2);
    expect(asked).toEqual(['/beat/secret', '/beat/secret']);
    expect(log).toEqual([]);
  });

  it('goes on when nobody takes it, and says so without its address', async () => {
    status = 404;
    const heart = beats();
    heart.beat();
    await seen(() => log.length === 1);
    await server.stop();
    now = 60_000;
    heart.beat();
    await seen(() => log.length === 2);
    expect(log).toEqual(['heartbeat: the answer is 404', 'heartbeat: no answer']);
    server = await listen(() => undefined);
  });
});
