import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import Docker, { type DockerOptions } from 'dockerode';
import type { SshSession } from './ssh-session';

/** Docker's socket on a node. */
const dockerSocket = '/var/run/docker.sock';

/**
 * Docker's API of one node, over its SSH session. Each request gets a channel of its own, which the SSH connection
 * multiplexes.
 *
 * @param timeout ms of silence after which a request fails; an API that hangs must not hang a release.
 */
export function dockerApi(session: SshSession, timeout = 15_000): Docker {
  const options: DockerOptions & { agent: Agent } = {
    protocol: 'http',
    host: session.node,
    port: 80,
    agent: new SessionAgent(session), // docker-modem takes it; the types don't know
    timeout,
    version: 'v1.41', // Docker 20.10, the oldest that is supported
  };
  return new Docker(options);
}

class SessionAgent extends Agent {
  constructor(private readonly session: SshSession) {
    super({ keepAlive: false });
  }

  /**
   * docker-modem formats its options at each request, for a log that is off, and with them all that hangs on the session,
   * the private key too: a third of the CPU time of `evenkeel status` (0.45 s, without it 0.30 s, measured).
   */
  [inspect.custom](): string {
    return `SessionAgent(${this.session.node})`;
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.session.openUnixSocket(dockerSocket).then(
      (stream) => callback?.(null, asSocket(stream, this.session.node)),
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

/**
 * Node's HTTP client calls these methods of a socket. A channel has none of them, and needs one: without `setTimeout` a
 * request to a Docker that hangs would never end (tried).
 */
function asSocket(stream: Duplex, node: string): Duplex {
  let timer: NodeJS.Timeout | undefined;
  let limit = 0;
  const arm = () => {
    clearTimeout(timer);
    if (limit > 0)
      timer = setTimeout(() => {
        // A channel of ssh2 forgets the reason that `destroy` is given.
        stream.emit('error', new Error(`${node}: its Docker has been silent for ${limit / 1000} s`));
        stream.destroy();
      }, limit).unref();
  };
  const push = stream.push.bind(stream);
  stream.once('close', () => clearTimeout(timer));
  return Object.assign(stream, {
    push: (...chunk: Parameters<typeof push>) => {
      arm();
      return push(...chunk);
    },
    setKeepAlive: () => stream,
    setNoDelay: () => stream,
    setTimeout: (ms: number) => {
      limit = ms;
      arm();
      return stream;
    },
    ref: () => stream,
    unref: () => stream,
  });
}
