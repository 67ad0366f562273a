import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchdogTemplate } from '../components/watchdog';
import { labToken } from '../lab/cloudflare/stand-in';
import { type Cloudflare, startCloudflare } from '../lab/cloudflare/start-cloudflare';
import { listen, type LocalServer, textOf } from './local-server.fixture';
import { endTime } from './run-watchdog';
import type { SettingsFile } from './settings';
import { watchdogProgram } from './watchdog-program';

const zone = 'example.com';
/** How long the watchdog may take for what it does, in ms. An edge is in DNS after 30 s. */
const patience = 120_000;

let folder: string;
let cloudflare: Cloudflare;
let phone: LocalServer;
let edge: LocalServer;
let watchdog: ChildProcess | undefined;
/** Titles of the messages that came, whatever the answer was. */
let asked: string[];
/** What the ntfy server answers. */
let status: number;
let log: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-run-watchdog-'));
  writeFileSync(join(folder, 'watchdog.js'), await watchdogProgram());
  for (const [name, content] of Object.entries({ token: labToken, topic: 'phone' }))
    writeFileSync(join(folder, name), content);
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  [asked, status, log] = [[], 200, ''];
  cloudflare = await startCloudflare();
  phone = await listen((request, response) => {
    void textOf(request).then((text) => {
      asked.push((JSON.parse(text) as { title: string }).title);
      response.writeHead(status).end();
    });
  });
});
afterEach(async () => {
  watchdog?.kill('SIGKILL');
  await Promise.all([cloudflare, phone, edge].map((each) => each.stop()));
});

/** Starts the program as its service does, for a site with two machines of which the second one never answers. */
async function start(edgeAnswers: RequestListener): Promise<void> {
  edge = await listen(edgeAnswers);
  const machine = (node: string, address: string) => ({
    id: `home/${node}`,
    site: 'home',
    node,
    addresses: [address],
  });
  const settings: SettingsFile = {
    site: 'home',
    pool: {
      hostnames: ['shop.example.com'],
      edges: [machine('pi1', '127.0.0.1'), machine('pi2', '127.0.0.2')],
      ttl: 60,
      proxied: false,
    },
    checks: { scheme: 'http', port: edge.port, hostname: 'shop.example.com', paths: [] },
    cloudflare: {
      zoneId: cloudflare.standIn.zoneId(zone),
      apiUrl: cloudflare.url,
      token: join(folder, 'token'),
    },
    messages: { ntfy: { server: phone.url, topic: join(folder, 'topic') } },
  };
  const file = join(folder, 'settings.json');
  writeFileSync(file, JSON.stringify(settings));
  watchdog = spawn(process.execPath, [join(folder, 'watchdog.js'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  watchdog.stdout!.on('data', (part: Buffer) => (log += part.toString()));
}

async function until(look: () => boolean): Promise<void> {
  for (const end = Date.now() + patience; !look() && Date.now() < end;) await sleep(50);
  if (!look()) throw new Error(`not within ${patience} ms; the watchdog's log:\n${log}`);
}

/** Ends the program as Swarm does, and says its exit code. */
async function end(): Promise<number | null> {
  const closed = once(watchdog!, 'close') as Promise<[number | null]>;
  watchdog!.kill('SIGTERM');
  return (await closed)[0];
}

describe('the watchdog’s program, when it gets SIGTERM', () => {
  it(
    'tells of an edge that came up just before',
    async () => {
      await start((_, response) => {
        response.end('{"generation":1}');
      });
      await until(() => cloudflare.standIn.records(zone).some(({ type }) => type === 'A'));
      expect(asked).toEqual([]);
      expect(await end()).toBe(0);
      expect(asked).toEqual(['home/pi1 is up']);
    },
    2 * patience,
  );

  it(
    'tries once more what could not be sent before',
    async () => {
      status = 503;
      // One says good-bye, the other one is down after three rounds: no edge answers, which is told at once.
      await start((_, response) => {
        response.end('{"stays":false}');
      });
      await until(() => log.includes('ntfy answers 503'));
      status = 200;
      expect(await end()).toBe(0);
      expect(asked).toEqual(Array(2).fill('shop.example.com: no edge answers'));
    },
    2 * patience,
  );

  it('takes less time than Swarm gives it', () => {
    const { stopGracePeriod } = watchdogTemplate({ image: 'node', memory: 0 }).taskSpec.containerSpec;
    expect(stopGracePeriod).toBe('10s');
    expect(endTime).toBeLessThan(10_000);
  });
});
