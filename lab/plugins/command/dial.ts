import { createConnection } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Client, ConnectConfig } from 'ssh2';
import type { CallContext } from '../provider/calls';
import type { Connection } from './connection';

/** The pause after the first failed attempt, its growth, and its limit, in ms (sdk/go/common/util/retry). */
const FIRST_PAUSE = 100;
const GROWTH = 1.5;
const LONGEST_PAUSE = 5000;

/**
 * Opens an SSH connection, and tries again as often as the connection allows.
 *
 * @param connection where to, and as whom
 * @param context its log shows each failed attempt
 * @throws Error in the official plugin's words; a key or an agent that can't be used is not tried again
 */
export async function dial(connection: Connection, { signal, log }: CallContext): Promise<Client> {
  const config = await sshConfig(connection);
  const { dialErrorLimit: limit } = connection;
  let pause = FIRST_PAUSE;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTo(config, connection, signal);
    } catch (thrown) {
      if (signal.aborted) throw new Error('context canceled');
      if (limit >= 0 && attempt > limit) {
        throw new Error(`after ${attempt - 1} failed attempts: ${(thrown as Error).message}`);
      }
      log('info', `Dial ${attempt}/${limit < 0 ? 'inf' : limit} failed: retrying`, true);
      await setTimeout(pause, undefined, { signal });
      pause = Math.min(pause * GROWTH, LONGEST_PAUSE);
    }
  }
}

async function attemptTo(
  config: ConnectConfig,
  { host, port }: Connection,
  signal: AbortSignal,
): Promise<Client> {
  const { Client } = await import('ssh2');
  const client = new Client();
  return new Promise((resolve, reject) => {
    const cancel = () => client.destroy();
    signal.addEventListener('abort', cancel, { once: true });
    client
      .once('ready', () => resolve(client))
      .on('error', (error: SshError) => reject(new Error(dialFailure(error, `${host}:${port}`))))
      .once('close', () => {
        signal.removeEventListener('abort', cancel);
        reject(new Error('ssh: handshake failed: EOF'));
      })
      .connect(config);
  });
}

async function sshConfig(connection: Connection): Promise<ConnectConfig> {
  const { utils } = await import('ssh2');
  const { host, port, user, privateKey, privateKeyPassword, password, hostKey, perDialTimeout } = connection;
  if (privateKey !== undefined) {
    const parsed = utils.parseKey(privateKey, privateKeyPassword);
    if (parsed instanceof Error)
      throw new Error(`ssh: no key found in connection.privateKey: ${parsed.message}`);
  }
  const agent = connection.agentSocketPath ?? process.env['SSH_AUTH_SOCK'];
  // The official plugin needs an agent that it is told of, even by the environment, and even where it has a key.
  if (agent) await answers(agent);
  return {
    host,
    port,
    username: user,
    privateKey,
    passphrase: privateKeyPassword,
    password,
    tryKeyboard: password !== undefined,
    agent: agent || undefined,
    readyTimeout: perDialTimeout * 1000,
    ...(hostKey === undefined ? {} : verified(hostKey)),
  };
}

/** Accepts the machine with this key alone. */
function verified(hostKey: string): Pick<ConnectConfig, 'hostVerifier' | 'algorithms'> {
  const [type = '', key] = hostKey.trim().split(/\s+/);
  if (key === undefined)
    throw new Error(`failed to parse host key: ssh: no key found in ${JSON.stringify(hostKey)}`);
  const types = type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type];
  return {
    algorithms: { serverHostKey: types as NonNullable<ConnectConfig['algorithms']>['serverHostKey'] },
    hostVerifier: (offered: Buffer) => offered.equals(Buffer.from(key, 'base64')),
  };
}

function answers(agent: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(agent)
      .once('connect', () => {
        socket.destroy();
        resolve();
      })
      .once('error', (error: NodeJS.ErrnoException) =>
        reject(new Error(`dial unix ${agent}: connect: ${NET_FAILURES[error.code ?? ''] ?? error.message}`)),
      );
  });
}

/** An error of ssh2: `level` says in which layer. */
interface SshError extends Error {
  level?: string;
  code?: string;
}

const NET_FAILURES: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no such file or directory',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

/** Why an attempt failed, in the words of Go's SSH library. */
function dialFailure({ level, code, message }: SshError, address: string): string {
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${address.replace(/:\d+$/, '')}: no such host`;
  if (level === 'client-timeout' || code === 'ETIMEDOUT') return `dial tcp ${address}: i/o timeout`;
  if (level === 'client-socket')
    return `dial tcp ${address}: connect: ${NET_FAILURES[code ?? ''] ?? message}`;
  if (level === 'client-authentication') {
    return 'ssh: handshake failed: ssh: unable to authenticate, no supported methods remain';
  }
  if (/verification failed|no matching host key/i.test(message))
    return 'ssh: handshake failed: ssh: host key mismatch';
  return `ssh: handshake failed: ${message}`;
}
