import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Server, type Connection } from 'ssh2';
import { newKey, type KeyType } from '../lab/key-pair';
import type { SshTarget } from '../remote/ssh-session';

/** How a command ends: with a code, or by a signal. */
export interface ExecAnswer {
  stdout?: string;
  stderr?: string;
  code?: number;
  signal?: string;
}

/** What the machine behind an `SshServer` does; what is left out is refused. */
export interface SshMachine {
  /** Runs a command. Undefined: it never ends. */
  exec?: (command: string, stdin: string) => ExecAnswer | undefined;
  /** Whoever listens on a unix socket; undefined: nobody does. */
  unixSocket?: (path: string) => ((stream: Duplex) => void) | undefined;
  /** Whoever listens on `host:port`; undefined: nobody does. */
  tcp?: (address: string) => ((stream: Duplex) => void) | undefined;
}

/** An SSH server in this process, on a free port of the loopback address; it lets in user `admin` with one key. */
export class SshServer {
  /** Connections that are open now. */
  readonly connections = new Set<Connection>();

  /** How often somebody asked to be let in, in whichever way. */
  logins = 0;

  private constructor(
    private readonly server: Server,
    private readonly directory: string,
    readonly port: number,
    /** Host keys as config has them, by type. */
    readonly hostKeys: Record<KeyType, string>,
    /** File with the user's private key. */
    readonly privateKeyPath: string,
  ) {}

  /** @param types of the host keys that it has. */
  static async start(machine: SshMachine, types: readonly KeyType[] = ['ed25519']): Promise<SshServer> {
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-ssh-'));
    const pairs = types.map((type) => ({ type, ...newKey(type) }));
    const user = newKey('ed25519');
    const privateKeyPath = join(directory, 'id');
    writeFileSync(privateKeyPath, user.private, { mode: 0o600 });
    const server = new Server({ hostKeys: pairs.map((pair) => pair.private) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const hostKeys = Object.fromEntries(pairs.map(({ type, public: key }) => [type, key]));
    const started = new SshServer(
      server,
      directory,
      port,
      hostKeys as Record<KeyType, string>,
      privateKeyPath,
    );
    server.on('connection', (connection) => started.accept(connection, user.public, machine));
    return started;
  }

  /** The server as a node of a config. */
  target(ssh: Partial<SshTarget['ssh']> = {}): SshTarget {
    const own = {
      user: 'admin',
      port: this.port,
      hostKey: this.hostKeys.ed25519,
      privateKeyPath: this.privateKeyPath,
    };
    return { name: 'pi1', address: '127.0.0.1', ssh: { ...own, ...ssh } };
  }

  /** Breaks every connection, as a cable that is pulled; ssh's own goodbye is not said. */
  breakConnections(): void {
    for (const connection of this.connections) (connection as unknown as { _sock: Duplex })._sock.destroy();
  }

  /** Ends the server and what it left. */
  async close(): Promise<void> {
    this.breakConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.directory, { recursive: true, force: true });
  }

  private accept(connection: Connection, userKey: string, machine: SshMachine): void {
    this.connections.add(connection);
    (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true); // as OpenSSH's sshd does
    connection.on('close', () => this.connections.delete(connection));
    connection.on('error', () => undefined); // a client that hangs up in the middle
    connection.on('authentication', (context) => {
      this.logins++;
      const known = context.username === 'admin' && context.method === 'publickey';
      if (known && context.key.data.toString('base64') === userKey.split(' ')[1]) return context.accept();
      context.reject(['publickey']);
    });
    connection.on('session', (acceptSession) => {
      acceptSession().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        // Not by stream/consumers: those destroy a duplex stream once they have read it.
        const stdin: Buffer[] = [];
        channel.on('data', (chunk: Buffer) => stdin.push(chunk));
        channel.on('end', () => {
          const answer = machine.exec?.(command, Buffer.concat(stdin).toString('utf8'));
          if (!answer) return;
          channel.stderr.write(answer.stderr ?? '');
          channel.write(answer.stdout ?? '');
          if (answer.signal) channel.exit(answer.signal);
          else channel.exit(answer.code ?? 0);
          channel.end();
        });
      });
    });
    connection.on('openssh.streamlocal', (acceptChannel, reject, { socketPath }) => {
      const listener = machine.unixSocket?.(socketPath);
      if (listener) listener(acceptChannel());
      else reject();
    });
    connection.on('tcpip', (acceptChannel, reject, { destIP, destPort }) => {
      const listener = machine.tcp?.(`${destIP}:${destPort}`);
      if (listener) listener(acceptChannel());
      else reject();
    });
  }
}
