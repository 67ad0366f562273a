import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteConfig } from '../config/site-config';
import { formatPointer, pointerFromConfig, slotNames, type Pointer } from '../release/pointer';
import { fiveNodes } from '../test/sites';
import { edgeDirectory, generationPath } from './edge-paths';
import { edgeContainerPort, haproxyCfg } from './haproxy-cfg';

const token = 'let-me-have-a-look-4711';
const tokens = {
  'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
};

/** Loopback addresses (RFC 1122, 3.2.1.3) that stand for the two machines; the second one was away for a release. */
const newest = '127.0.0.11';
const returned = '127.0.0.12';

const hasHaproxy = process.platform === 'linux' && spawnSync('haproxy', ['-v']).status === 0;
(hasHaproxy ? describe : describe.skip)(
  'haproxyCfg, in a real HAProxy (only where haproxy is installed)',
  () => {
    let site: SiteConfig;
    let directory: string;
    const servers: Server[] = [];
    const edges: ChildProcess[] = [];

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'evenkeel-haproxy-'));
      site = await startSlots();
      const { generation, services } = pointerFromConfig(site.release);
      const now: Pointer = {
        generation,
        services: { ...services, shop: { ...services['shop']!, canary: 0 } },
      };
      // The returned edge knows neither the newest release nor the service that came with it.
      const before = {
        generation: generation - 1,
        services: { shop: { ...now.services['shop']!, live: 'blue' as const } },
      };
      startEdge(newest, site, now);
      startEdge(returned, { ...site, services: site.services.slice(0, 1) }, before);
      await until(async () => (await get(newest, 'shop.example.com')).body === 'shop-green /');
      await until(async () => (await get(returned, 'shop.example.com')).body === 'shop-green /');
    }, 20_000);

    afterAll(async () => {
      for (const edge of edges) {
        edge.kill('SIGKILL');
        if (edge.exitCode === null && edge.signalCode === null) await once(edge, 'exit');
      }
      for (const server of servers) server.close();
      rmSync(directory, { recursive: true });
    });

    /** A site of two nodes; each slot answers with its own name and the path. */
    async function startSlots(): Promise<SiteConfig> {
      const base = fiveNodes();
      const nodes = [newest, returned].map((address, index) => ({ ...base.nodes[index]!, address }));
      const services = await Promise.all(
        base.services.map(async (service) => {
          const ports = await Promise.all(
            slotNames.map(async (slot) => {
              const server = createServer((asked, answer) =>
                answer.end(`${service.name}-${slot} ${asked.url}`),
              );
              servers.push(server);
              server.listen(0, '0.0.0.0');
              await once(server, 'listening');
              return (server.address() as AddressInfo).port;
            }),
          );
          return { ...service, slotPorts: { blue: ports[0]!, green: ports[1]! } };
        }),
      );
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const { port } = free.address() as AddressInfo;
      free.close();
      return { ...base, nodes, services, edge: { ...base.edge, ports: { http: port } } };
    }

    /** Starts HAProxy on a machine's address, with a folder of the test's instead of the machine's. */
    function startEdge(address: string, knows: SiteConfig, pointer: Pointer): void {
      const edge = join(directory, address);
      mkdirSync(edge);
      const cfg = haproxyCfg(knows, tokens)
        .replaceAll(edgeDirectory, edge)
        .replace(`bind :${edgeContainerPort}`, `bind ${address}:${site.edge.ports.http}`);
      writeFileSync(join(edge, 'haproxy.cfg'), cfg);
      writeFileSync(join(edge, 'pointer.map'), formatPointer(pointer));
      writeFileSync(join(edge, 'server-state'), '1\n');
      edges.push(spawn('haproxy', ['-db', '-f', join(edge, 'haproxy.cfg')], { stdio: 'ignore' }));
    }

    interface Answer {
      status: number;
      headers: Record<string, string | string[] | undefined>;
      body: string;
    }

    /** Asks an edge for a path under a host name. */
    function get(
      address: string,
      host: string,
      path = '/',
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const options = {
          host: address,
          port: site.edge.ports.http,
          path,
          headers: { ...headers, host },
          agent: false,
        };
        request(options, (answer) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
          answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body }));
        })
          .on('error', reject)
          .end();
      });
    }

    /** Waits, for 5 s at most, until it is so. */
    async function until(isSo: () => Promise<boolean>): Promise<void> {
      for (let attempt = 0; attempt < 50; attempt++) {
        if (await isSo().catch(() => false)) return;
        await sleep(100);
      }
      throw new Error(`not so within 5 s: ${isSo.toString()}`);
    }

    it('is a configuration that HAProxy takes without a warning', () => {
      const { status, stderr } = spawnSync('haproxy', ['-c', '-f', join(directory, newest, 'haproxy.cfg')], {
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });

    it.each(['shop.example.com', 'www.shop.example.com', 'SHOP.Example.COM', 'shop.example.com:8000'])(
      'sends the public to the live slot: %s',
      async (host) => {
        expect((await get(newest, host, '/basket?id=7')).body).toBe('shop-green /basket?id=7');
      },
    );

    it('sends each service to its own live slot', async () => {
      expect((await get(newest, 'blog.example.com')).body).toBe('blog-blue /');
    });

    it.each(['nobody.example.com', '', 'shop.example.com.evil.example'])(
      'answers 404 under a host name that no service has: "%s"',
      async (host) => {
        expect(await get(newest, host)).toMatchObject({
          status: 404,
          body: 'no service has this host name\n',
        });
      },
    );

    it('says its generation under any host name', async () => {
      const { status, headers, body } = await get(newest, 'nobody.example.com', generationPath);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json');
      expect((JSON.parse(body) as { generation: unknown }).generation).toBe(site.release.generation);
    });

    describe('preview address', () => {
      const preview = 'next.shop.example.com';

      it.each<[string, Record<string, string>]>([
        ['a header', { 'evenkeel-token': token }],
        ['a cookie', { cookie: `a=b; evenkeel-token=${token}` }],
      ])('shows the candidate to who has the token in %s', async (_, headers) => {
        expect((await get(newest, preview, '/', headers)).body).toBe('shop-blue /');
      });

      it('gives a browser that has the token in the query a cookie, and an address without it', async () => {
        const { status, headers } = await get(newest, preview, `/?evenkeel-token=${token}`);
        expect({ status, location: headers['location'] }).toEqual({ status: 302, location: '/' });
        expect(headers['set-cookie']).toEqual([`evenkeel-token=${token}; Path=/; HttpOnly; SameSite=Lax`]);
      });

      it.each<[string, Record<string, string>, string]>([
        ['no token', {}, '/'],
        ['another token in the header', { 'evenkeel-token': 'guess' }, '/'],
        ['another token in the cookie', { cookie: 'evenkeel-token=guess' }, '/'],
        ['another token in the query', {}, '/?evenkeel-token=guess'],
        ['the token’s hash', { 'evenkeel-token': tokens['shop-preview-token'] }, '/'],
      ])('refuses who has %s', async (_, headers, path) => {
        expect(await get(newest, preview, path, headers)).toMatchObject({
          status: 401,
          body: 'this preview needs its token\n',
        });
      });

      it('shows the candidate through an edge that was away too', async () => {
        expect((await get(returned, preview, '/', { 'evenkeel-token': token })).body).toBe('shop-blue /');
      });
    });

    describe('an edge that was away for a release', () => {
      it('passes the public on to the edge with the newer generation', async () => {
        expect((await get(returned, 'shop.example.com', '/basket')).body).toBe('shop-green /basket');
      });

      it('passes on what it knows no service for, since the release may have brought one', async () => {
        expect((await get(returned, 'blog.example.com')).body).toBe('blog-blue /');
      });

      it('passes on nothing that was passed on to it', async () => {
        const answer = await get(returned, 'shop.example.com', '/', { 'evenkeel-forwarded': '1' });
        expect(answer.body).toBe('shop-blue /');
      });

      it('says its own generation', async () => {
        const { body } = await get(returned, 'shop.example.com', generationPath);
        expect((JSON.parse(body) as { generation: unknown }).generation).toBe(site.release.generation - 1);
      });
    });
  },
);
