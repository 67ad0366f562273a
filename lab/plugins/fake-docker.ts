import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bag, Json } from './provider/json';

/** An answer of the daemon: a status and a body. `undefined` stands for one that never comes. */
type Answer = [status: number, body: Json] | undefined;

/**
 * A stand-in of the Docker daemon for the replay of the recordings, on a unix socket: it keeps services and secrets
 * as they are posted, and gives them the IDs that Docker gave when the recording was made. It runs nothing.
 */
export class FakeDocker {
  readonly services = new Map<string, Bag>();
  readonly secrets = new Map<string, Bag>();
  readonly configs = new Map<string, Bag>();
  /** Containers that the tasks of any service are said to run in; none of them ever ends. */
  containers: string[] = [];
  /** What `UpdateStatus` an update leads to. */
  updateStatus: Bag = { State: 'completed', Message: 'update completed' };
  /** The platforms that the registry knows for every image. */
  platforms: Json[] = [{ architecture: 'amd64', os: 'linux' }];
  /** The images that it was told to ask the registry about. */
  readonly asked: string[] = [];
  /** The ID of what is made next. */
  nextId = '';

  private readonly folder = mkdtempSync(join(tmpdir(), 'fake-docker-'));
  private readonly server: Server = createServer((request, response) => {
    body(request).then(
      (content) => {
        const answer = this.answer(
          request.method ?? '',
          new URL(request.url ?? '', 'http://docker'),
          content,
        );
        if (answer === undefined) return;
        response.writeHead(answer[0], { 'content-type': 'application/json' });
        response.end(answer[1] === null ? undefined : JSON.stringify(answer[1]));
      },
      () => response.destroy(),
    );
  });

  /** Starts it. @returns the address for a provider's `host` */
  async start(): Promise<string> {
    const socket = join(this.folder, 'docker.sock');
    await new Promise<void>((resolve) => this.server.listen(socket, resolve));
    return `unix://${socket}`;
  }

  /** Ends it, with all connections. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  /** Puts a service there as if it had been made before. Docker names the runtime where nobody asks for one. */
  seed(id: string, spec: Bag): void {
    const task = spec['TaskTemplate'] as Bag;
    this.services.set(id, {
      ID: id,
      Version: { Index: 7 },
      Spec: { ...spec, TaskTemplate: { ...task, Runtime: task['Runtime'] || 'container' } },
      Endpoint: { Spec: spec['EndpointSpec'] ?? {}, Ports: ports(spec) },
    });
  }

  private answer(method: string, url: URL, content: Bag): Answer {
    const [, collection = '', id = '', action = ''] = url.pathname.split('/');
    switch (`${method} ${collection}`) {
      case 'GET _ping':
        return [200, 'OK'];
      case 'GET services':
        return id === '' ? [200, [...this.services.values()]] : this.found('service', this.services, id);
      case 'POST services':
        return id === 'create' ? this.create(content) : this.update(id, url, content);
      case 'DELETE services':
        return this.removed('service', this.services, id);
      case 'POST configs':
        this.configs.set(this.nextId, { ID: this.nextId, Spec: content });
        return [201, { ID: this.nextId }];
      case 'GET configs':
        return this.found('config', this.configs, id);
      case 'DELETE configs':
        return this.removed('config', this.configs, id);
      case 'POST secrets':
        this.secrets.set(this.nextId, { ID: this.nextId, Spec: { ...content, Data: null } });
        return [201, { ID: this.nextId }];
      case 'GET secrets':
        return this.found('secret', this.secrets, id);
      case 'DELETE secrets':
        return this.removed('secret', this.secrets, id);
      case 'GET distribution':
        this.asked.push(url.pathname.replace(/^\/distribution\/|\/json$/g, ''));
        return [200, { Descriptor: { digest: `sha256:${'0'.repeat(64)}` }, Platforms: this.platforms }];
      case 'GET tasks':
        return [200, this.tasks()];
      case 'GET nodes':
        return [200, [{ ID: 'node', Status: { State: 'ready' } }]];
      case 'POST containers':
        return action === 'wait' ? undefined : [404, { message: `No such container: ${id}` }];
      default:
        return [404, { message: `page not found: ${method} ${url.pathname}` }];
    }
  }

  private create(spec: Bag): Answer {
    this.seed(this.nextId, spec);
    return [201, { ID: this.nextId }];
  }

  private update(id: string, url: URL, spec: Bag): Answer {
    const service = this.services.get(id);
    if (service === undefined) return this.found('service', this.services, id);
    const { Index } = service['Version'] as { Index: number };
    if (url.searchParams.get('version') !== String(Index))
      return [500, { message: 'update out of sequence' }];
    this.seed(id, spec);
    Object.assign(this.services.get(id) as Bag, {
      Version: { Index: Index + 1 },
      UpdateStatus: this.updateStatus,
    });
    return [200, {}];
  }

  /** A running task for each replica that any service wants, and one for each container. */
  private tasks(): Json[] {
    const replicas = [...this.services.values()].map(
      (service) =>
        (service['Spec'] as { Mode?: { Replicated?: { Replicas?: number } } }).Mode?.Replicated?.Replicas ??
        0,
    );
    const running = Array.from({ length: Math.max(0, ...replicas) }, (_, slot) => ({
      Slot: slot,
      NodeID: 'node',
      Status: { State: 'running' },
    }));
    const contained = this.containers.map((ContainerID) => ({
      Status: { State: 'running', ContainerStatus: { ContainerID } },
    }));
    return [...running, ...contained];
  }

  private found(what: string, all: Map<string, Bag>, id: string): Answer {
    return all.has(id) ? [200, all.get(id) as Bag] : [404, { message: `${what} ${id} not found` }];
  }

  private removed(what: string, all: Map<string, Bag>, id: string): Answer {
    return all.delete(id) ? [200, null] : [404, { message: `${what} ${id} not found` }];
  }
}

function ports(spec: Bag): Json {
  return ((spec['EndpointSpec'] as Bag | undefined) ?? {})['Ports'] ?? [];
}

async function body(request: IncomingMessage): Promise<Bag> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Bag);
}
