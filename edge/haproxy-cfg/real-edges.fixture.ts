import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteConfig } from '../../config/site-config';
import { formatPointer, slotNames, type Pointer } from '../../release/pointer';
import { SshSession } from '../../remote/ssh-session';
import { fiveNodes } from '../../test/sites';
import { type ExecAnswer, SshServer } from '../../test/ssh-server';
import { awaitServersFile, edgeDirectory, leavingScriptFile, masterSocket } from '../edge-paths';
import { edgeContainerPort, edgeContainerTlsPort, haproxyCfg, type PreviewTokenHashes } from '../haproxy-cfg';
import { awaitServersScript } from './await-servers';
import { leavingScript } from './leaving';
import { RuntimeApi } from '../runtime-api';

/** Loopback addresses (RFC 1122, 3.2.1.3) that stand for the machines of `RealEdges`. */
export const machines = ['127.0.0.11', '127.0.0.12'] as const;

/** `describe` where a real HAProxy is installed, else skipped: the lab has one always, many a laptop hasn't. */
export const describeWithHaproxy =
  process.platform === 'linux' && spawnSync('haproxy', ['-v']).status === 0 ? describe : describe.skip;

/** What a client got. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A request; what is left out: GET, `/`, no headers, and the client's address is 127.0.0.1. */
export interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  /** Any address in 127.0.0.0/8. */
  from?: string;
}

/** For specs: real HAProxies on loopback addresses, with the services of `fiveNodes` behind them. */
export class RealEdges {
  private readonly directory = mkdtempSync(join(tmpdir(), 'evenkeel-haproxy-'));
  private readonly servers: Server[] = [];
  private readonly masters: ChildProcess[] = [];
  private readonly ssh: { server: SshServer; session: SshSession }[] = [];

  private constructor(readonly site: SiteConfig) {}

  /**
   * Starts a server for each slot, on all machines at once, and no edge yet.
   *
   * @param answer what a slot (`shop-blue`) does with a request; by default it says its name and the path.
   * @param site with the services; its nodes are replaced by those of the first machines.
   */
  static async start(answer = nameAndPath, base = fiveNodes()): Promise<RealEdges> {
    const servers: Server[] = [];
    const listen = async (server: Server) => {
      servers.push(server.listen(0, '0.0.0.0'));
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    };
    const services = [];
    for (const service of base.services) {
      const [blue, green] = await Promise.all(
        slotNames.map((slot) =>
          listen(createServer((asked, reply) => answer(`${service.name}-${slot}`, asked, reply))),
        ),
      );
      services.push({
        ...service,
        slotPorts: { blue: blue!, green: green! },
        // Beside the lab's tests an answer can take its time; no spec is about one that comes late.
        health: { ...service.health, timeout: 10_000 },
      });
    }
    const http = await listen(createServer());
    const https = await listen(createServer());
    for (const server of servers.splice(-2)) server.close(); // the ports are the edges'
    const nodes = machines.map((address, index) => ({ ...base.nodes[index]!, address }));
    const edges = new RealEdges({
      ...base,
      nodes,
      services,
      edge: { ...base.edge, ports: { http, ...(base.edge.tls && { https }) } },
    });
    edges.servers.push(...servers);
    return edges;
  }

  /**
   * Starts HAProxy on a machine, with a folder of the test's instead of the machine's.
   * @param files what that has beforehand: path on a machine → content.
   */
  startEdge(
    address: string,
    pointer: Pointer,
    {
      site = this.site,
      tokens = {},
      files = {},
    }: { site?: SiteConfig; tokens?: PreviewTokenHashes; files?: Record<string, string> } = {},
  ): void {
    const folder = this.folder(address);
    for (const [path, content] of Object.entries(files)) {
      const file = path.replace(edgeDirectory, folder);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'haproxy.cfg'), this.localCfg(address, haproxyCfg(site, tokens)));
    writeFileSync(join(folder, 'pointer.map'), formatPointer(pointer));
    writeFileSync(join(folder, 'server-state'), '1\n');
    for (const [path, script] of [
      [awaitServersFile, awaitServersScript],
      [leavingScriptFile, leavingScript],
    ] as const)
      writeFileSync(path.replace(edgeDirectory, folder), script.replaceAll(edgeDirectory, folder));
    const log = join(folder, 'log');
    const command = `exec haproxy -W -db -S ${join(folder, 'master.sock')} -f ${join(folder, 'haproxy.cfg')} >${log} 2>&1`;
    this.masters.push(spawn('sh', ['-c', command], { stdio: 'ignore' }));
  }

  /** A haproxy.cfg as the edge on a loopback address needs it. */
  private localCfg(address: string, cfg: string): string {
    return (
      cfg
        .replaceAll(edgeDirectory, this.folder(address))
        // Edges that are gone refuse; one that lives may be slow to answer beside the lab's tests.
        .replaceAll(/timeout check \d+ms$/gm, 'timeout check 10000ms')
        .replace(`bind :${edgeContainerPort}`, `bind ${address}:${this.site.edge.ports.http}`)
        .replace(`bind :${edgeContainerTlsPort}`, `bind ${address}:${this.site.edge.ports.https}`)
        // On loopback a connection would come from 127.0.0.1, whichever edge makes it.
        .replaceAll(/^( {2}server \S+ \S+ check inter .*)$/gm, `$1 source ${address}`)
    );
  }

  /** What an edge has instead of the machine's folder; its output is in `log`. */
  folder(address: string): string {
    return join(this.directory, address);
  }

  /** A session to the edge's machine. */
  async session(address: string): Promise<SshSession> {
    const folder = this.folder(address);
    const toMaster = (stream: Duplex) => {
      const master = connect(join(folder, 'master.sock')).on('error', () => stream.destroy());
      stream.on('data', (chunk: Buffer) =>
        master.write(chunk.toString('utf8').replaceAll(edgeDirectory, folder)),
      );
      stream.on('end', () => master.end());
      master.pipe(stream);
    };
    const server = await SshServer.start({
      unixSocket: (path) => (path === masterSocket ? toMaster : undefined),
      // It is asked for its clock, and to check a haproxy.cfg.
      exec: (command) =>
        command.startsWith('date ')
          ? { stdout: `${Date.now()}\n` }
          : checkCfg(command.replaceAll(edgeDirectory, folder)),
    });
    const session = await SshSession.open(server.target(), 30_000);
    session.writeFile = (path, content) =>
      Promise.resolve(writeFileSync(path.replaceAll(edgeDirectory, folder), this.localCfg(address, content)));
    this.ssh.push({ server, session });
    return session;
  }

  /** The edge's Runtime API, once it answers. */
  async runtimeApi(address: string): Promise<RuntimeApi> {
    const api = new RuntimeApi(await this.session(address));
    // The master executes itself anew once its first worker is up, and answers nobody meanwhile.
    await until(async () => (await api.info()).pointer.generation > 0);
    return api;
  }

  /** Asks an edge under a host name. */
  get(address: string, host: string, asked: Asked = {}): Promise<Answer> {
    const { method = 'GET', path = '/', headers = {}, from = '127.0.0.1' } = asked;
    return new Promise((resolve, reject) => {
      const options = {
        host: address,
        port: this.site.edge.ports.http,
        localAddress: from,
        method,
        path,
        headers: { ...headers, host },
        agent: false,
      };
      request(options, (answer) => {
        text(answer).then(
          (body) => resolve({ status: answer.statusCode!, headers: answer.headers, body }),
          reject,
        );
      })
        .on('error', reject)
        .end();
    });
  }

  /** Ends everything that was started. */
  async stop(): Promise<void> {
    for (const { server, session } of this.ssh) {
      session.close();
      await server.close();
    }
    for (const master of this.masters) {
      master.kill('SIGTERM');
      if (master.exitCode === null && master.signalCode === null) await once(master, 'exit');
    }
    for (const server of this.servers) server.close().closeAllConnections();
    rmSync(this.directory, { recursive: true });
  }
}

/** Waits, for 15 s at most, until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (await isSo().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`not so within 15 s: ${isSo.toString()}`);
}

function nameAndPath(slot: string, asked: IncomingMessage, reply: ServerResponse): void {
  reply.end(`${slot} ${asked.url}`);
}

/** What `docker exec CONTAINER haproxy -c -f FILE` does on the edge's machine. */
function checkCfg(command: string): ExecAnswer {
  const [file = ''] = command.split(' ').slice(-1);
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8' });
  return { stderr, code: status ?? 1 };
}
