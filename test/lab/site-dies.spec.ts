import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Client from 'cloudflare';
import { startLabCloudflare } from '../../lab/cloudflare/lab-cloudflare';
import { labToken } from '../../lab/cloudflare/stand-in';
import type { Cloudflare } from '../../lab/cloudflare/start-cloudflare';
import { labDown, labUp } from '../../lab/lab';
import { must } from '../../lab/must';
import { pushNode } from '../../lab/node-image';
import { sampleHost } from '../../lab/site-stack';
import { hostAddress } from '../../lab/subnet';
import { textOf } from '../../watchdog/local-server.fixture';
import { startProxy, type Origin } from './proxy';
import { TestSite } from './test-site';
import { askTls } from './tls-visitors';
import { until } from './until';

const zone = 'example.com';
const topic = 'shop-phone';
/** How long the watchdogs may take for what they do, in ms. Their own times are 15 to 40 s. */
const patience = 180_000;

describe('two sites, each with its watchdog in its Swarm, at an API that speaks as Cloudflare’s', () => {
  let home: TestSite;
  let vps: TestSite;
  let cloudflare: Cloudflare;
  let phone: Server;
  /** Where the public reaches each edge. */
  let edges: Origin[];
  let foreign: object;
  /** The CA of the stand-in, which signs the sites' certificates. */
  let ca: string;
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-site-dies-'));
  const notes: string[] = [];
  const vpsLab = () => `${home.lab.name}-vps`;
  const records = () => cloudflare.standIn.records(zone);

  beforeAll(async () => {
    home = await TestSite.standing('1.0.0');
    const lab = await labUp({ machines: 1, name: vpsLab(), log: () => undefined });
    // A second cable: what one Docker network sends to another is dropped, and the watchdogs look at all edges.
    const address = hostAddress(home.lab.subnet, 31);
    const [machine] = lab.machines;
    await must([...lab.docker, 'network', 'connect', '--ip', address, home.lab.name, machine!.container]);
    vps = await TestSite.standing('1.0.0', { name: vpsLab(), stackName: 'vps' });
    edges = [
      ...home.lab.machines.map((each) => ({ site: 'lab', address: each.address })),
      { site: 'vps', address },
    ];
    cloudflare = await startLabCloudflare(home.lab, { stateFile: undefined });
    const client = new Client({ apiToken: labToken, baseURL: cloudflare.url });
    foreign = await client.dns.records.create({
      zone_id: cloudflare.standIn.zoneId(zone),
      type: 'TXT',
      name: sampleHost,
      content: '"not ours"',
      ttl: 300,
    });
    ca = cloudflare.standIn.certificateAuthority();
    writeFileSync(join(directory, 'ca.pem'), ca);
    await answerAsNtfy();
    for (const site of [home, vps]) await watch(site);
  }, 600_000);

  afterAll(async () => {
    if (home) {
      for (const name of home.lab.machines.map((each) => each.name))
        await home.lab.start(name).catch(() => undefined);
      await labDown({ name: vpsLab(), log: () => undefined });
      await home.edit((config) => {
        delete config.edge['tls'];
        for (const key of ['cloudflare', 'pool', 'watchdog', 'messages', 'secrets'])
          delete (config as never)[key];
      });
      await home.up();
    }
    await cloudflare?.stop();
    phone?.closeAllConnections();
    phone?.close();
    rmSync(directory, { recursive: true });
  }, 300_000);

  /** A server of ntfy: JSON to its root (docs.ntfy.sh, "Publish as JSON"). */
  async function answerAsNtfy(): Promise<void> {
    phone = createServer((request, response) => {
      void textOf(request).then((text) => {
        notes.push((JSON.parse(text) as { title: string }).title);
        response.end('{}');
      });
    });
    phone.listen(0, hostAddress(home.lab.subnet, 1));
    await once(phone, 'listening');
  }

  /** Gives a site its part of the pool, and a watchdog. */
  async function watch(site: TestSite): Promise<void> {
    const image = await pushNode(site.lab, () => undefined);
    for (const [name, value] of [
      ['cloudflare-token', labToken],
      ['ntfy-topic', topic],
    ] as const) {
      const words = ['config', 'set', '--secret', '--path', `evenkeel:secrets.${name}`, value];
      const { code, output } = await site.stack.withConfig(words);
      if (code !== 0) throw new Error(output);
    }
    site.config = (await site.stack.read())!;
    const leave = { ssl: 'leave', minTlsVersion: 'leave', alwaysUseHttps: 'leave' };
    await site.edit((config) =>
      Object.assign(config, {
        cloudflare: {
          ...{ zone, zoneId: cloudflare.standIn.zoneId(zone), token: 'cloudflare-token' },
          ...{ apiUrl: cloudflare.url, settings: leave },
        },
        pool: {
          hostnames: [sampleHost],
          edges: edges.map((edge, index) => ({
            site: edge.site,
            node: edge.site === 'vps' ? 'pi1' : `pi${index + 1}`,
            addresses: [edge.address],
          })),
          proxied: false,
          check: { scheme: 'https', caFile: join(directory, 'ca.pem') },
        },
        watchdog: { image },
        // The visitors of this test speak plain HTTP, too.
        edge: { ...config.edge, tls: { certificate: { cloudflare: {} }, redirect: false } },
        messages: {
          ntfy: {
            server: `http://${hostAddress(home.lab.subnet, 1)}:${(phone.address() as AddressInfo).port}`,
            topic: 'ntfy-topic',
          },
        },
      }),
    );
    await site.up();
  }

  /** The edges that the name leads to. */
  function origins(): Origin[] {
    const contents = records()
      .filter(({ type, name }) => type === 'A' && name === sampleHost)
      .map(({ content }) => content);
    return edges.filter(({ address }) => contents.includes(address));
  }

  async function recorded(...sites: string[]): Promise<void> {
    const wanted = edges.filter(({ site }) => sites.includes(site));
    await until(
      `records of ${sites.join(' and ')}`,
      () => Promise.resolve(origins().map(({ address }) => address)),
      (seen) => seen.join() === wanted.map(({ address }) => address).join(),
      patience,
    );
  }

  async function told(...titles: string[]): Promise<void> {
    await until(
      `messages: ${titles.join(', ')}`,
      () => Promise.resolve(notes),
      (seen) => seen.length >= titles.length,
      patience,
    );
    expect(notes).toEqual(titles);
    notes.length = 0;
  }

  it('have certificates of its Origin CA', async () => {
    for (const { address } of edges)
      expect(await askTls(address, sampleHost, { ca, rejectUnauthorized: true })).toMatchObject({
        status: 200,
      });
  });

  it('lead to all edges once both look, and within their memory', async () => {
    await recorded('lab', 'vps');
    // One message or several, as the edges come to be seen.
    await until(
      'a message',
      () => Promise.resolve(notes),
      (seen) => seen.length > 0,
      patience,
    );
    await sleep(10_000);
    expect(notes.filter((title) => !/ (is|are) up$/.test(title))).toEqual([]);
    notes.length = 0;
    for (const site of [home, vps]) console.log(`watchdog of ${site.stack.name}: ${await watchdog(site)}`);
  }, 300_000);

  it('one dies under load: the name leads to the other alone, and to both when it is back; a phone is told once each', async () => {
    const load = startProxy(origins, sampleHost);
    await sleep(2000);
    const cut = Date.now();
    await Promise.all(home.lab.machines.map(({ name }) => home.lab.stop(name)));
    await recorded('vps');
    const gone = ((Date.now() - cut) / 1000).toFixed(1);
    await sleep(6000); // the last visitors of the dead site give up after 5 s
    const lostWith = load.report().lost.length;
    await sleep(5000);
    expect(load.report().lost.length).toBe(lostWith);
    await told('lab is down');

    await Promise.all(home.lab.machines.map(({ name }) => home.lab.start(name)));
    await recorded('lab', 'vps');
    await told('lab is up');
    await sleep(3000);
    const { lost, requests, refused, answers } = await load.stop();
    console.log(
      `a site killed: its records were gone after ${gone} s; ${requests} requests, ${lost.length} lost, all before that and at the ` +
        `dead site: ${[...new Set(lost)].join('; ')}; ${refused} refused and tried elsewhere`,
    );
    expect(lost.filter((each) => !each.startsWith('lab '))).toEqual([]);
    expect(lost).toHaveLength(lostWith);
    expect(Object.keys(answers).sort()).toEqual(['lab 1.0.0', 'vps 1.0.0']);
    expect(records()).toContainEqual(foreign);
  }, 600_000);

  it('the smaller one dies: the watchdog in the Swarm of three takes it out, and lets it in again', async () => {
    await vps.lab.stop('pi1');
    await recorded('lab');
    await told('vps is down');
    await vps.lab.start('pi1');
    await recorded('lab', 'vps');
    await told('vps is up');
    expect(records()).toContainEqual(foreign);
  }, 600_000);

  it('machines go out of DNS before they stop for maintenance: one of three, and a site of one', async () => {
    const load = startProxy(origins, sampleHost);
    const both = async (step: string) => {
      const ran = await Promise.all(
        [home, vps].map((site) => {
          const whose = ['--stack', site.stack.name, '--config-file', site.stack.configFile];
          return site.cli('node', 'pi1', step, ...whose, '--yes');
        }),
      );
      for (const { code, stdout, stderr } of ran)
        if (code !== 0) throw new Error(`${step}: ${stdout}${stderr}`);
      return ran;
    };
    for (const { stdout } of await both('drain'))
      expect(stdout).toContain('pi1: its records are gone from DNS');
    expect(origins()).toEqual(edges.slice(1, 3));
    await both('resume');
    await recorded('lab', 'vps');
    const { lost, refused, requests } = await load.stop();
    console.log(
      `maintenance of a machine and of a site: ${requests} requests, ${lost.length} lost, ${refused} refused`,
    );
    expect({ lost, refused }).toEqual({ lost: [], refused: 0 });
  }, 600_000);

  /** What the site's watchdog takes of the memory that it may have; it must never have been killed for more. */
  async function watchdog(site: TestSite): Promise<string> {
    const tasks = await site.docker(
      'service',
      'ps',
      '--format',
      '{{.CurrentState}} {{.Error}}',
      'evenkeel-watchdog',
    );
    expect(tasks).toMatch(/^Running [^\n]*$/);
    const found = await Promise.all(
      site.lab.machines.map(async ({ name }) => {
        const list = ['ps', '-q', '--filter', 'label=com.docker.swarm.service.name=evenkeel-watchdog'];
        const id = await site.dockerOn(name, ...list);
        return id === ''
          ? []
          : [await site.dockerOn(name, 'stats', '--no-stream', '--format', '{{.MemUsage}}', id)];
      }),
    );
    return found.flat().join();
  }
});
