import { Agent } from 'node:http';
import type Dockerode from 'dockerode';
import { daemonMessage } from './daemon-message';
import { sshArguments } from './ssh-arguments';
import { SshStream } from './ssh-stream';

/** How many connections are open at a time: each one is a process of ssh, and the engine asks for many things at once. */
const CONNECTIONS = 4;

/** The Docker daemon that the provider's configuration names. */
export class DockerHost {
  private readonly agent: Agent | undefined;
  private ready: Promise<Dockerode> | undefined;

  /**
   * @param host `unix://`, `tcp://` or `ssh://`
   * @param sshOptions arguments of ssh, for `ssh://`
   * @param ping whether the daemon has to answer before it is used
   */
  constructor(
    readonly host: string,
    sshOptions: readonly string[],
    private readonly ping: boolean,
  ) {
    if (host.startsWith('ssh://')) this.agent = sshAgent(sshArguments(host, sshOptions));
  }

  /**
   * The daemon's API, once it has answered a ping, if that is asked for.
   *
   * @throws Error where it does not answer, in the official plugin's words; the next call tries again
   */
  api(): Promise<Dockerode> {
    this.ready ??= this.connect().catch((thrown: unknown) => {
      this.ready = undefined;
      throw new Error(
        `failed to create Docker client: Error pinging Docker server, please make sure that ${this.host} is ` +
          `reachable and has a  '_ping' endpoint. Error: ${daemonMessage(thrown)}`,
      );
    });
    return this.ready;
  }

  /** Ends the connections. */
  close(): void {
    this.agent?.destroy();
  }

  private async connect(): Promise<Dockerode> {
    // Loaded at the first call: a preview that changes nothing asks Docker nothing, and dockerode takes 0.1 s to load.
    const { default: Client } = await import('dockerode');
    const client = new Client(this.options());
    if (this.ping) await client.ping();
    return client;
  }

  private options(): Dockerode.DockerOptions & { agent?: Agent } {
    if (this.agent !== undefined) {
      return { protocol: 'http', host: 'docker.example.com', port: 80, agent: this.agent };
    }
    const url = new URL(this.host);
    switch (url.protocol) {
      case 'unix:':
        return { socketPath: url.pathname };
      case 'tcp:':
      case 'http:':
        return { protocol: 'http', host: url.hostname, port: Number(url.port || 2375) };
      default:
        throw new Error(`unable to parse docker host \`${this.host}\`: use unix://, tcp:// or ssh://`);
    }
  }
}

function sshAgent(args: readonly string[]): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  // The agent takes any stream for a socket; @types/node wants a net.Socket.
  agent.createConnection = () => new SshStream(args);
  return agent;
}
