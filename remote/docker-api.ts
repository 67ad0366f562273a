import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
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

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.session.openUnixSocket(dockerSocket).then(
      (stream) => callback?.(null, asSocket(stream)),
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  }
}

/** Node's HTTP client calls these methods of a socket; for a channel there is nothing to set. */
function asSocket(stream: Duplex): Duplex {
  return Object.assign(stream, {
    setKeepAlive: () => stream,
    setNoDelay: () => stream,
    setTimeout: () => stream,
    ref: () => stream,
    unref: () => stream,
  });
}
