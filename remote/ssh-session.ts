import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import type { NodeConfig } from '../config/site-config';
import { expandHome } from './expand-home';

/** What a session needs to know of a node. */
export type SshTarget = Pick<NodeConfig, 'name' | 'address' | 'ssh'>;

/** What a command on a node printed, and how it ended. */
export interface SshResult {
  stdout: string;
  stderr: string;
  /** Exit code; 255 when a signal ended it. */
  code: number;
}

/** A node that could not be reached over SSH, and why. */
export class UnreachableError extends Error {
  constructor(
    /** Name of the node. */
    readonly node: string,
    address: string,
    cause: string,
  ) {
    super(`${node} (${address}) can't be reached over SSH: ${cause}`);
    this.name = 'UnreachableError';
  }
}

/**
 * A logged-in SSH connection to one node, with its host key verified. Everything Evenkeel does on a node goes through
 * one of these: commands, files, and unix sockets (HAProxy's master CLI, Docker's API), so that no port has to be open.
 */
export class SshSession {
  private constructor(
    readonly node: string,
    private readonly client: Client,
  ) {}

  /**
   * @param timeout ms until the login must be done; 5 s by default: a healthy Raspberry Pi needs well under one.
   * @throws UnreachableError with the reason; a host key other than the configured one is one of them.
   */
  static open(target: SshTarget, timeout = 5000): Promise<SshSession> {
    const { name, address, ssh } = target;
    return new Promise((resolve, reject) => {
      const client = new Client();
      let presentedKey = '';
      let settled = false;
      const fail = (cause: string) => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        client.destroy();
        reject(new UnreachableError(name, `${ssh.user}@${address}:${ssh.port}`, cause));
      };
      // ssh2's own readyTimeout starts only once the TCP connection stands.
      const timer = setTimeout(() => fail(`no answer within ${timeout} ms`), timeout);
      client.on('error', (error) =>
        fail(presentedKey ? hostKeyMismatch(name, ssh.hostKey, presentedKey) : error.message),
      );
      client.on('close', () => fail('the connection was closed during the login'));
      // Each message of SSH is several small writes: without this, Nagle and delayed ACKs cost 40 ms and more per step.
      client.on('connect', () => client.setNoDelay(true));
      client.on('ready', () => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        resolve(new SshSession(name, client));
      });
      try {
        client.connect({
          host: address,
          port: ssh.port,
          username: ssh.user,
          ...credentials(ssh),
          readyTimeout: timeout,
          // A peer that vanishes (power cut, cable) is noticed within this time and the open calls fail.
          keepaliveInterval: 2000,
          keepaliveCountMax: 3,
          algorithms: { serverHostKey: hostKeyAlgorithms(ssh.hostKey) },
          hostVerifier: (key: Buffer) => {
            const presented = key.toString('base64');
            const known = presented === ssh.hostKey.split(/\s+/)[1];
            if (!known) presentedKey = presented;
            return known;
          },
        });
      } catch (error) {
        fail(error instanceof Error ? error.message : String(error));
      }
    });
  }

  /** Calls back once when the connection ends, for whatever reason. */
  onClose(listener: () => void): void {
    this.client.once('close', listener);
  }

  /** Runs a command with the login shell. A code other than 0 is no error here. @throws Error when the connection breaks. */
  exec(command: string, stdin = ''): Promise<SshResult> {
    return new Promise((resolve, reject) => {
      const broken = () => reject(new Error(`${this.node}: the SSH connection broke`));
      this.client.once('close', broken);
      this.client.exec(command, (error, stream) => {
        if (error) return reject(error);
        let stdout = '';
        let stderr = '';
        stream.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
        stream.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
        stream.on('close', (code: number | null) => {
          this.client.off('close', broken);
          resolve({ stdout, stderr, code: code ?? 255 });
        });
        stream.end(stdin);
      });
    });
  }

  /** Opens a unix socket on the node. @throws Error when nobody listens there. */
  openUnixSocket(path: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const broken = () => reject(new Error(`${this.node}: the SSH connection broke`));
      this.client.once('close', broken);
      this.client.openssh_forwardOutStreamLocal(path, (error, stream) => {
        this.client.off('close', broken);
        if (error) reject(new Error(`${this.node}: ${path}: ${error.message}`));
        else resolve(stream);
      });
    });
  }

  /** Opens a TCP connection from the node to `host:port`. */
  openTcp(host: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.client.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        if (error) reject(new Error(`${this.node}: ${host}:${port}: ${error.message}`));
        else resolve(stream);
      });
    });
  }

  /**
   * Writes a file in one step: a reader sees the old content or the new, never a part.
   * @param mode its permissions, whatever the user's umask says.
   */
  async writeFile(path: string, content: string, mode: number): Promise<void> {
    const sftp = await this.sftp();
    try {
      const next = `${path}.next`;
      await new Promise<void>((resolve, reject) =>
        sftp.writeFile(next, content, (error) => (error ? reject(failed(next, error)) : resolve())),
      );
      await new Promise<void>((resolve, reject) =>
        sftp.chmod(next, mode, (error) => (error ? reject(failed(next, error)) : resolve())),
      );
      await new Promise<void>((resolve, reject) =>
        sftp.ext_openssh_rename(next, path, (error) => (error ? reject(failed(path, error)) : resolve())),
      );
    } finally {
      sftp.end();
    }
  }

  close(): void {
    this.client.end();
  }

  private sftp(): Promise<SFTPWrapper> {
    return new Promise((resolve, reject) =>
      this.client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))),
    );
  }
}

function failed(path: string, error: Error): Error {
  return new Error(`${path}: ${error.message}`);
}

function credentials(ssh: NodeConfig['ssh']): Pick<ConnectConfig, 'privateKey' | 'agent'> {
  if (ssh.agentSocketPath) return { agent: expandHome(ssh.agentSocketPath) };
  const path = expandHome(ssh.privateKeyPath ?? '');
  try {
    return { privateKey: readFileSync(path) };
  } catch (error) {
    throw new Error(
      `the private key ${path} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Asks the server for a key of the type that we know, as OpenSSH does: else it may show another one of its keys. */
function hostKeyAlgorithms(hostKey: string): NonNullable<ConnectConfig['algorithms']>['serverHostKey'] {
  const [type = ''] = hostKey.split(/\s+/);
  switch (type) {
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256'];
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return [type];
    default:
      return ['ssh-ed25519'];
  }
}

function hostKeyMismatch(node: string, known: string, presented: string): string {
  return (
    `its host key is not the one of the config. The config has ${known}, the machine shows ${presented}. Either ` +
    `somebody else answers at this address, or the machine was installed anew: then put the output of ` +
    `"ssh-keyscan -t ed25519 ADDRESS", compared on the machine itself, into ssh.hostKey of node ${node}`
  );
}
