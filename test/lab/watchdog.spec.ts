import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Client from 'cloudflare';
import { labToken } from '../../lab/cloudflare/stand-in';
import { startCloudflare, type Cloudflare } from '../../lab/cloudflare/start-cloudflare';
import { textOf } from '../../watchdog/local-server.fixture';
import type { SettingsFile } from '../../watchdog/settings';
import { watchdogProgram } from '../../watchdog/watchdog-program';
import { until } from './until';

/** Two sites on loopback, a machine an address: 127.0.0.11 to 13 are home, 127.0.0.21 is fra. */
const sites = { home: ['127.0.0.11', '127.0.0.12', '127.0.0.13'], fra: ['127.0.0.21'] };
type SiteName = keyof typeof sites;
const pool: SettingsFile['pool'] = {
  hostnames: ['shop.example.com'],
  edges: (Object.keys(sites) as SiteName[]).flatMap((site) =>
    sites[site].map((address, index) => ({
      id: `${site}/n${index + 1}`,
      site,
      node: `n${index + 1}`,
      addresses: [address],
    })),
  ),
  ttl: 60,
  proxied: false,
};

let folder: string;
const zone = 'example.com';
let cloudflare: Cloudflare;
let phone: Server;
const notes: { title: string; priority: number }[] = [];
const edges = new Map<string, Server>();
const watchdogs = new Map<SiteName, ChildProcess>();
let port = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-watchdog-'));
  cloudflare = await startCloudflare();
  phone = createServer((request, response) => {
    void textOf(request).then((text) => {
      notes.push(JSON.parse(text) as (typeof notes)[number]);
      response.end('{}');
    });
  });
  await listening(phone, '127.0.0.1', 0);
  await writeFile(join(folder, 'watchdog.js'), await watchdogProgram());
  await writeFile(join(folder, 'token'), labToken);
  await writeFile(join(folder, 'topic'), 'shop-phone');
}, 300_000);

afterAll(async () => {
  for (const child of watchdogs.values()) await killed(child);
  for (const server of [...edges.values(), phone]) await closed(server);
  await cloudflare.stop();
  await rm(folder, { recursive: true });
});

describe('two watchdogs, each a process, at an API that speaks as Cloudflare’s', () => {
  it('keep DNS as the edges are, and tell a phone once each', async () => {
    const client = new Client({ apiToken: labToken, baseURL: cloudflare.url });
    const foreign = await client.dns.records.create({
      zone_id: cloudflare.standIn.zoneId(zone),
      type: 'A',
      name: 'shop.example.com',
      content: '198.51.100.9',
      comment: 'by hand',
      ttl: 300,
    });
    for (const site of ['home', 'fra'] as const) await power(site);
    await recorded(...sites.home, ...sites.fra);
    await said(
      'that they are up',
      (all) => all.length > 0 && all.every((title) => / (is|are) up$/.test(title)),
    );
    notes.length = 0;

    const cut = Date.now();
    await noPower('home');
    await recorded(...sites.fra);
    console.log(`a site killed: its records were gone after ${((Date.now() - cut) / 1000).toFixed(1)} s`);
    await said('that home is down', (all) => all.length > 0);
    expect(notes).toMatchObject([{ title: 'home is down', priority: 5 }]);

    console.log(`one watchdog: ${await memory('fra')}`);

    await power('home');
    await recorded(...sites.home, ...sites.fra);
    await said('that home is up', (all) => all.length > 1);
    expect(titles()).toEqual(['home is down', 'home is up']);

    // Everything fails: nothing is removed.
    for (const address of [...sites.home, ...sites.fra]) await stopEdge(address);
    await said('that no edge answers', (all) => all.includes('shop.example.com: no edge answers'));
    expect(addresses()).toEqual([...sites.fra, ...sites.home].sort());
    expect(records()).toContainEqual(foreign);
    console.log(`calls of the API: ${JSON.stringify(cloudflare.standIn.calls().byRoute)}`);
  }, 400_000);
});

const records = () => cloudflare.standIn.records(zone);
const titles = () => notes.map(({ title }) => title);

/** The addresses of our records. */
function addresses(): string[] {
  return records()
    .filter(({ comment }) => comment?.startsWith('evenkeel pool'))
    .map(({ content }) => content)
    .sort();
}

/** Waits until just these addresses are recorded. */
async function recorded(...wanted: string[]): Promise<void> {
  const text = [...wanted].sort().join();
  await until(
    `records ${text}`,
    () => Promise.resolve(addresses()),
    (seen) => seen.join() === text,
    300_000,
  );
}

/** Waits until the phone was told. */
async function said(what: string, condition: (titles: string[]) => boolean): Promise<void> {
  await until(what, () => Promise.resolve(titles()), condition, 120_000);
}

/** A site's edges and its watchdog begin. */
async function power(site: SiteName): Promise<void> {
  for (const address of sites[site]) {
    const ready = JSON.stringify({ ready: true, generation: 1, stays: true, maintenance: [] });
    const edge = createServer((request, response) => response.end(request.url === '/alive' ? 'yes' : ready));
    edges.set(address, edge);
    port = await listening(edge, address, port);
  }
  const settings: SettingsFile = {
    site,
    pool,
    checks: {
      scheme: 'http',
      port,
      hostname: 'shop.example.com',
      paths: [{ hostname: 'shop.example.com', path: '/alive' }],
    },
    cloudflare: {
      zoneId: cloudflare.standIn.zoneId(zone),
      apiUrl: cloudflare.url,
      token: join(folder, 'token'),
    },
    messages: {
      ntfy: {
        server: `http://127.0.0.1:${(phone.address() as AddressInfo).port}`,
        topic: join(folder, 'topic'),
      },
    },
  };
  const file = join(folder, `${site}.json`);
  await writeFile(file, JSON.stringify(settings));
  const flags = ['--max-old-space-size=24', '--max-semi-space-size=1'];
  const child = spawn(process.execPath, [...flags, join(folder, 'watchdog.js'), file], { stdio: 'inherit' });
  watchdogs.set(site, child);
}

async function noPower(site: SiteName): Promise<void> {
  await killed(watchdogs.get(site)!);
  watchdogs.delete(site);
  for (const address of sites[site]) await stopEdge(address);
}

async function stopEdge(address: string): Promise<void> {
  await closed(edges.get(address)!);
  edges.delete(address);
}

/** What a process takes: all of it, and what is its own (the rest is the text of Node, which the kernel may drop). */
async function memory(site: SiteName): Promise<string> {
  const text = await readFile(`/proc/${watchdogs.get(site)!.pid}/status`, 'utf8');
  const [all, own] = ['VmRSS', 'RssAnon'].map((key) =>
    Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(text)?.[1]),
  );
  // The default of evenkeel:watchdog.memory; it takes about a third of it.
  expect(own).toBeLessThan(64 * 1024);
  return `${Math.round(all! / 1024)} MiB in memory, ${Math.round(own! / 1024)} MiB of its own`;
}

async function listening(server: Server, host: string, at: number): Promise<number> {
  server.listen(at, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
