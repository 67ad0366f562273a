import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readinessPath } from '../edge/edge-paths';
import { edgeReadinessScript } from './edge-readiness';

/** What an edge does when it is asked: serve so many services, or so many while its node is in maintenance, … */
type Edge =
  number | 'not ready' | 'old haproxy.cfg' | 'refuses' | 'silent' | { serves: number; maintenance: string };

const addresses = ['127.0.1.1', '127.0.1.2', '127.0.1.3'];

const hasIPv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
);

// Loopback addresses beside 127.0.0.1 are Linux's.
(process.platform === 'linux' ? describe : describe.skip)('the script that keepalived runs', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-readiness-'));
  const script = join(directory, 'edge-readiness');
  let servers: (Server | TcpServer)[] = [];
  let asked: string[] = [];
  let at = addresses;

  beforeAll(() => {
    // On a busy machine an edge that answers takes more than its 0.4 s: all of them are in this process.
    const patient = edgeReadinessScript.replace('ask(0.4,', 'ask(4,').replace('ask(0.25,', 'ask(2.5,');
    expect(patient.length).toBe(edgeReadinessScript.length - 3);
    writeFileSync(script, patient, { mode: 0o755 });
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  afterEach(async () => {
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
    servers = [];
    asked = [];
    at = addresses;
  });

  /** Lets `pi1` … be as told, and runs the script for `pi1`. @returns its exit code. */
  async function run(what: 'answers' | 'ready', ...edges: Edge[]): Promise<number> {
    let port = 0;
    // The first that listens gets a port that is free, and all others the same one.
    for (const [index, edge] of edges.entries())
      if (edge !== 'refuses') port = await start(index, edge, port);
    const list = edges.map((_, index) => `pi${index + 1}=${at[index]}`);
    const child = spawn(script, [what, String(port || 1), ...list], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(output).toBe('');
    return code;
  }

  async function start(index: number, edge: Edge, port: number): Promise<number> {
    const server =
      edge === 'silent'
        ? createTcpServer((socket) => socket.on('error', () => undefined).resume())
        : createServer((request, reply) => {
            asked.push(`pi${index + 1} ${request.method} ${request.url}`);
            const { serves, maintenance } =
              typeof edge === 'object'
                ? edge
                : { serves: typeof edge === 'number' ? edge : 0, maintenance: '' };
            reply.statusCode = serves > 0 ? 200 : edge === 'not ready' ? 503 : 404;
            const list = maintenance ? [maintenance] : [];
            reply.end(
              edge === 'old haproxy.cfg'
                ? 'no service has this address\n'
                : `{"ready":${serves > 0},"serves":${serves},"services":{},"maintenance":${JSON.stringify(list)}}\n`,
            );
          });
    servers.push(server.listen(port, at[index]));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  it.each<[string, number, Edge[]]>([
    ['is as good as the others', 0, [2, 2, 2]],
    ['is better than the others', 0, [2, 1, 'refuses']],
    ['serves less than another one', 1, [1, 1, 2]],
    ['is not ready, and another one is', 1, ['not ready', 'refuses', 1]],
    ['is not ready, and no other one is', 0, ['not ready', 'not ready', 'not ready']],
    ['is not ready, and the others are dead', 0, ['not ready', 'refuses', 'silent']],
    ['is dead, and another one answers', 1, ['refuses', 'refuses', 'not ready']],
    ['is silent, and another one answers', 1, ['silent', 2]],
    ['is dead, as all are', 0, ['refuses', 'refuses', 'refuses']],
    ['is silent, as all are', 0, ['silent', 'silent', 'silent']],
    ['is on a node in maintenance, by the word of another edge', 1, [2, { serves: 1, maintenance: 'pi1' }]],
    ['is on a node in maintenance, by its own word', 1, [{ serves: 2, maintenance: 'pi1' }, 1]],
    [
      'is on a node in maintenance, and all others are dead',
      0,
      [{ serves: 2, maintenance: 'pi1' }, 'refuses'],
    ],
    ['serves less than one on a node in maintenance', 0, [{ serves: 1, maintenance: 'pi2' }, 2]],
    [
      'is not ready, as no edge beside the one in maintenance',
      0,
      ['not ready', { serves: 2, maintenance: 'pi2' }],
    ],
    [
      'has another one whose name begins like that of one in maintenance',
      1,
      [1, 2, { serves: 1, maintenance: 'pi' }],
    ],
    ['runs a haproxy.cfg that knows no readiness, as all do', 0, ['old haproxy.cfg', 'old haproxy.cfg']],
    ['runs a haproxy.cfg that knows no readiness, and another one a newer', 1, ['old haproxy.cfg', 1]],
  ])('“ready”, of an edge that %s: %i', async (_, code, edges) => {
    expect(await run('ready', ...edges)).toBe(code);
  });

  it.each<[string, number, Edge[]]>([
    ['answers, whatever the others do', 0, ['not ready', 2, 2]],
    ['refuses, and another one answers', 1, ['refuses', 'refuses', 'not ready']],
    [
      'refuses, and another one is on a node in maintenance',
      1,
      ['refuses', { serves: 1, maintenance: 'pi2' }],
    ],
    ['refuses, as all do', 0, ['refuses', 'refuses', 'refuses']],
    ['refuses, and the others are silent', 0, ['refuses', 'silent', 'silent']],
    ['is silent, for it may only be slow', 0, ['silent', 2, 2]],
  ])('“answers”, of an edge that %s: %i', async (_, code, edges) => {
    expect(await run('answers', ...edges)).toBe(code);
  });

  it('asks each edge for its readiness', async () => {
    await run('ready', 1, 1, 1);
    expect(asked.sort()).toEqual([1, 2, 3].map((number) => `pi${number} GET ${readinessPath}`));
  });

  it('“answers” leaves the others alone while the edge answers', async () => {
    await run('answers', 1, 1, 1);
    expect(asked).toEqual(Array(3).fill(`pi1 GET ${readinessPath}`));
  });

  (hasIPv6 ? it : it.skip)('asks IPv6 addresses as well', async () => {
    at = ['127.0.1.1', '::1'];
    expect(await run('ready', 1, 2)).toBe(1);
    at = ['::1', '127.0.1.1'];
    expect(await run('answers', 1, 2)).toBe(0);
  });

  it('has nothing that Perl warns of', () => {
    const { stderr } = spawnSync('perl', ['-Mstrict', '-wc', '-'], {
      input: edgeReadinessScript,
      encoding: 'utf8',
    });
    expect(stderr).toBe('- syntax OK\n');
  });
});
