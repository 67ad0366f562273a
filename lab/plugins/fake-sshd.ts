import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { Server, utils, type Connection, type ServerChannel } from 'ssh2';
import { newKey } from '../key-pair';
import { killTree } from './command/kill-tree';

/**
 * A stand-in of sshd for tests, on a free port of the loopback: it lets in who has its one key, and runs commands
 * with `/bin/sh` on this machine. As Debian's sshd, it takes no variables.
 */
export class FakeSshd {
  /** The private key that it lets in. */
  readonly privateKey: string;
  /** Its own public key, as a `hostKey` is written. */
  readonly hostKey: string;
  /** How many connections were opened. */
  connections = 0;
  private readonly server: Server;

  constructor() {
    const [client, host] = [newKey('ed25519'), newKey('ed25519')];
    this.privateKey = client.private;
    this.hostKey = host.public;
    const allowed = Buffer.from(client.public.split(' ')[1] ?? '', 'base64');
    this.server = new Server({ hostKeys: [host.private] }, (connection) => {
      this.connections++;
      serveCommands(connection, allowed);
    });
  }

  /** Starts it. @returns the port */
  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function serveCommands(connection: Connection, allowed: Buffer): void {
  connection
    .on('error', () => undefined)
    .on('authentication', (attempt) => {
      if (attempt.method !== 'publickey' || !attempt.key.data.equals(allowed))
        return attempt.reject(['publickey']);
      const key = utils.parseKey(allowed);
      if (attempt.signature === undefined || key instanceof Error) return attempt.accept();
      const genuine = key.verify(attempt.blob ?? '', attempt.signature, attempt.hashAlgo) === true;
      return genuine ? attempt.accept() : attempt.reject();
    })
    .on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => runOn(acceptExec(), command));
    });
}

function runOn(channel: ServerChannel, command: string): void {
  const child = spawn('/bin/sh', ['-c', command]);
  // A command need not read what it is given.
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('close', () => {
    if (child.exitCode === null && child.pid !== undefined) killTree(child.pid);
  });
  child.on('close', (status) => {
    channel.exit(status ?? 1);
    channel.end();
  });
}
