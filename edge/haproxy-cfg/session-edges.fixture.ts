import type { SlotName } from '../../config/site-config';
import { otherSlot, type Pointer, type ServicePointer } from '../../release/pointer';
import type { SshSession } from '../../remote/ssh-session';
import { digestOf } from '../../test/pointers';
import { fiveNodes } from '../../test/sites';
import type { RuntimeApi } from '../runtime-api';
import { type Answer, machines, RealEdges, until } from './real-edges.fixture';
import { liveVariable } from './sessions';

const [one, other] = machines;
const nodeAt: Record<string, string> = { [one]: 'pi1', [other]: 'pi2' };

/** How long sessions of the shop finish on the old slot, in ms: time for a reload and some requests on a busy machine. */
export const drain = 8000;

/** What is in the slots. */
export const digests = { blue: digestOf('a'), green: digestOf('b') };

/** A client that keeps the cookies it gets. */
export class Client {
  cookies: Record<string, string> = {};

  constructor(private readonly edges: RealEdges) {}

  /** @returns where the answer is from: `shop-blue pi1`. */
  async ask(service: 'shop' | 'blog', edge: string = one): Promise<string> {
    return (await this.answer(service, edge)).body.split(' | ')[0]!;
  }

  /** @returns the whole answer; its body says where it is from and the cookies that came there: `shop-blue pi1 | a=b`. */
  async answer(service: 'shop' | 'blog', edge: string = one, path = '/'): Promise<Answer> {
    const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`);
    const headers: Record<string, string> = cookie.length > 0 ? { cookie: cookie.join('; ') } : {};
    const answer = await this.edges.get(edge, `${service}.example.com`, { path, headers });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';')[0]!.split('=');
      this.cookies[name!] = value!;
    }
    return answer;
  }
}

/** What the pointer says of a service. */
export function service(live: SlotName, more: Partial<ServicePointer> = {}): ServicePointer {
  return { live, canary: 0, digests, ...more };
}

/** For specs: two real edges with a shop whose sessions finish and a blog whose sessions move. */
export class SessionEdges {
  /** Servers that fail their health check, as `shop-blue pi1`. */
  readonly sick = new Set<string>();
  edges!: RealEdges;
  sessions!: SshSession[];
  apis!: RuntimeApi[];
  pointer: Pointer = { generation: 1, services: { shop: service('blue'), blog: service('blue') } };

  /** Both services are live in blue, on both nodes. */
  static async start(): Promise<SessionEdges> {
    const started = new SessionEdges();
    const base = fiveNodes();
    const [shop, blog] = base.services;
    // Soon found down, but not for being slow on a busy machine: all clients and servers are in this one process.
    const like = { ...blog!, health: { path: '/alive', interval: 500, timeout: 450 } };
    const { name, hostnames, slotPorts } = shop!;
    const services = [
      {
        ...like,
        name,
        hostnames,
        slotPorts,
        sessions: { cookie: 'evenkeel-session', onSwitch: 'finish' as const },
      },
      { ...like, sessions: { cookie: 'blog-session', onSwitch: 'move' as const } },
    ];
    started.edges = await RealEdges.start(
      (slot, asked, reply) => {
        const from = `${slot} ${nodeAt[asked.socket.localAddress!.replace('::ffff:', '')]}`;
        if (asked.url === '/alive' && started.sick.has(from)) reply.statusCode = 503;
        if (asked.url === '/public') reply.setHeader('cache-control', 'public, max-age=60');
        reply.end(`${from} | ${asked.headers.cookie ?? 'no cookie'}`);
      },
      { ...base, services, edge: { ...base.edge, timeouts: { ...base.edge.timeouts, drain } } },
    );
    const { edges } = started;
    for (const machine of machines) edges.startEdge(machine, started.pointer);
    started.sessions = await Promise.all(machines.map((machine) => edges.session(machine)));
    started.apis = await Promise.all(machines.map((machine) => edges.runtimeApi(machine)));
    await started.healthy();
    return started;
  }

  /** What both services become on both edges, as a switchover does it. */
  async give(both: ServicePointer): Promise<void> {
    this.pointer = { generation: this.pointer.generation + 1, services: { shop: both, blog: both } };
    await Promise.all(this.apis.map(async (api) => (await api.prepare(this.pointer)).commit()));
  }

  /** A switch as `evenkeel switch` makes it. */
  switchTo(live: SlotName): Promise<void> {
    return this.give(service(live, { previous: digests[otherSlot(live)] }));
  }

  /** Until all servers but the sick ones are up, and those are down, on both edges. */
  healthy(): Promise<void> {
    return until(async () => {
      const stats = (await Promise.all(this.apis.map((api) => api.serverStats()))).flat();
      return stats
        .filter(({ backend, server }) => /-(blue|green)$/.test(backend) && server !== 'BACKEND')
        .every(
          ({ backend, server, status }) => status === (this.sick.has(`${backend} ${server}`) ? 'DOWN' : 'UP'),
        );
    });
  }

  /** Both services in blue again, which both edges have noted, and everybody well. */
  async reset(): Promise<void> {
    this.sick.clear();
    await this.give(service('blue'));
    await this.healthy();
    await until(async () => {
      const seen = await Promise.all(this.apis.map((api) => api.variable(liveVariable('shop'))));
      return seen.every((live) => live === 'blue');
    });
  }

  /** Clients of the shop, one on each node. */
  async onBothNodes(): Promise<[Client, Client]> {
    const found: Record<string, Client> = {};
    while (Object.keys(found).length < 2) {
      const client = new Client(this.edges);
      found[(await client.ask('shop')).split(' ')[1]!] = client;
    }
    return [found['pi1']!, found['pi2']!];
  }
}
