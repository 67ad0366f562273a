import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeConfig } from '../config/site-config';
import { SiteContact } from '../edge/site-contact';
import type { SshSession } from '../remote/ssh-session';

/**
 * What becomes of a machine's manager when Raft takes it in: it runs; Raft counts it and it has stopped; or the leader
 * can't reach it, so that it is never taken in.
 */
export type ManagerFate = 'runs' | 'stops' | 'is not taken in';

/** A node, in the words of Docker's API. */
interface RawNode {
  ID: string;
  Version: { Index: number };
  Spec: { Role: string; Availability: string; Labels: Record<string, string> };
  Description: { Hostname: string };
  Status: { State: string; Addr: string };
  ManagerStatus?: { Reachability: string };
}

interface Machine {
  server: Server;
  socket: string;
  nodeId: string;
  state: string;
  fate: ManagerFate;
  /** States that Swarm calls it by in the next looks, before `ready`. */
  states: string[];
}

type Answer = [status: number, body?: object];
const noLeader: Answer = [503, { message: 'The swarm does not have a leader.' }];

/**
 * The Dockers of a few machines, as far as joining a Swarm is concerned: a model of what swarmkit and Docker do
 * (machine/set-role.ts has where that is written), with the ways in which it goes wrong. No time passes in it.
 */
export class FakeSwarm {
  /** What was done to it, in words, in this order. */
  readonly events: string[] = [];
  readonly nodes: RawNode[] = [];
  readonly contact: SiteContact;
  readonly tokens = { Worker: 'worker-1', Manager: 'manager-1' };
  private readonly machines = new Map<string, Machine>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'fake-swarm-'));

  private constructor(readonly configs: readonly NodeConfig[]) {
    for (const { name } of configs) this.machines.set(name, this.machine(name));
    this.contact = new FakeContact(configs, (name) => this.machines.get(name)!.socket);
  }

  /** @param configs of machines that are in no Swarm. */
  static async start(configs: readonly NodeConfig[]): Promise<FakeSwarm> {
    const fake = new FakeSwarm(configs);
    await Promise.all(
      [...fake.machines.values()].map(
        ({ server, socket }) => new Promise<void>((resolve) => server.listen(socket, resolve)),
      ),
    );
    return fake;
  }

  async stop(): Promise<void> {
    for (const { server } of this.machines.values()) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(this.folder, { recursive: true });
  }

  fate(name: string, fate: ManagerFate): void {
    this.machines.get(name)!.fate = fate;
  }

  /** What Swarm calls the node of a machine once it has joined, one look after the other; then it is ready. */
  seen(name: string, ...states: string[]): void {
    this.machines.get(name)!.states = states;
  }

  /** A manager that dies; its entry stays. */
  kill(name: string): void {
    const node = this.nodeOf(name)!;
    node.Status.State = 'down';
    if (node.ManagerStatus) node.ManagerStatus.Reachability = 'unreachable';
  }

  /** It has a new disk. */
  wipe(name: string): void {
    this.kill(name);
    Object.assign(this.machines.get(name)!, { nodeId: '', state: 'inactive' });
  }

  get hasQuorum(): boolean {
    const votes = this.nodes.flatMap(({ ManagerStatus }) => ManagerStatus?.Reachability ?? []);
    return votes.filter((each) => each === 'reachable').length > votes.length / 2;
  }

  nodeOf(name: string): RawNode | undefined {
    const { nodeId } = this.machines.get(name)!;
    return this.nodes.find(({ ID }) => ID === nodeId);
  }

  private machine(name: string): Machine {
    const socket = join(this.folder, name);
    const server = createServer((request, response) => {
      void body(request).then((content) => {
        const [status, answer] = this.answer(name, request, content);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(answer && JSON.stringify(answer));
      });
    });
    return { server, socket, nodeId: '', state: 'inactive', fate: 'runs', states: [] };
  }

  private answer(name: string, { method, url }: IncomingMessage, content: object): Answer {
    const { pathname, searchParams } = new URL(url!, 'http://docker');
    const [, , collection = '', id = '', action = ''] = pathname.split('/');
    const own = this.nodeOf(name);
    const isManager = own?.ManagerStatus?.Reachability === 'reachable';
    switch (`${method} ${collection}${id && collection === 'swarm' ? ` ${id}` : ''}`) {
      case 'GET info': {
        const { nodeId, state } = this.machines.get(name)!;
        const Swarm = { LocalNodeState: state, NodeID: nodeId, ControlAvailable: isManager };
        return [200, { Swarm: { ...Swarm, ...(isManager && this.hasQuorum && { Cluster: { ID: 'one' } }) } }];
      }
      case 'POST swarm init':
        this.events.push(`${name} makes a Swarm`);
        this.enter(name, 'manager').ManagerStatus = { Reachability: 'reachable' };
        return [200, {}];
      case 'POST swarm join':
        return this.join(name, (content as { JoinToken: string }).JoinToken);
      case 'POST swarm leave':
        return this.leave(name);
    }
    if (!isManager || !this.hasQuorum) return noLeader;
    const node = this.nodes.find(({ ID }) => ID === id);
    switch (`${method} ${collection} ${action}`.trim()) {
      case 'GET nodes':
        return node ? [200, node] : [200, this.nodes.map((each) => this.look(each))];
      case 'DELETE nodes':
        this.nodes.splice(this.nodes.indexOf(node!), 1);
        return [200];
      case 'POST nodes update':
        return this.update(node!, content as RawNode['Spec']);
      case 'GET swarm':
        return [200, { Version: { Index: 1 }, Spec: {}, JoinTokens: this.tokens }];
    }
    if (`${method} ${collection} ${id}` !== 'POST swarm update') return [404, { message: pathname }];
    for (const role of ['Worker', 'Manager'] as const)
      if (searchParams.get(`rotate${role}Token`) === 'true') this.tokens[role] += '+';
    this.events.push('a token is rotated');
    return [200];
  }

  private look(node: RawNode): RawNode {
    const machine = [...this.machines.values()].find(({ nodeId }) => nodeId === node.ID);
    const state = machine?.states.shift();
    return state ? { ...node, Status: { ...node.Status, State: state } } : node;
  }

  private enter(name: string, role: string): RawNode {
    const machine = this.machines.get(name)!;
    machine.nodeId = `id${this.nodes.length + 1}-${name}`;
    machine.state = 'active';
    const node: RawNode = {
      ID: machine.nodeId,
      Version: { Index: 1 },
      Spec: { Role: role, Availability: 'active', Labels: {} },
      Description: { Hostname: name },
      Status: { State: 'ready', Addr: this.configs.find((each) => each.name === name)!.address },
    };
    this.nodes.push(node);
    return node;
  }

  private join(name: string, token: string): Answer {
    if (!this.hasQuorum) return noLeader;
    const role = token === this.tokens.Worker ? 'worker' : token === this.tokens.Manager ? 'manager' : '';
    if (!role) return [400, { message: 'invalid join token' }];
    this.events.push(`${name} joins as a ${role}`);
    const node = this.enter(name, role);
    if (role === 'worker') return [200];
    if (this.intoRaft(name, node)?.Reachability === 'reachable') return [200];
    // It was never ready, so its Docker does not start it again.
    this.machines.get(name)!.state = 'error';
    return [503, { message: 'Timeout was reached before node joined.' }];
  }

  private intoRaft(name: string, node: RawNode): RawNode['ManagerStatus'] {
    const { fate } = this.machines.get(name)!;
    if (fate === 'is not taken in') return undefined;
    return (node.ManagerStatus = { Reachability: fate === 'runs' ? 'reachable' : 'unreachable' });
  }

  private leave(name: string): Answer {
    const node = this.nodeOf(name);
    this.events.push(`${name} leaves`);
    if (node) node.Status.State = 'down';
    if (node?.ManagerStatus) node.ManagerStatus.Reachability = 'unreachable';
    Object.assign(this.machines.get(name)!, { nodeId: '', state: 'inactive' });
    return [200];
  }

  private update(node: RawNode, spec: RawNode['Spec']): Answer {
    const name = node.Description.Hostname;
    const { Role, Labels } = node.Spec;
    node.Spec = spec;
    node.Version.Index++;
    if (JSON.stringify(spec.Labels) !== JSON.stringify(Labels))
      this.events.push(`${name} is labelled ${Object.keys(spec.Labels).sort().join(', ')}`);
    if (spec.Role === Role) return [200];
    this.events.push(`${name} is told to be a ${spec.Role}`);
    delete node.ManagerStatus;
    const status = spec.Role === 'manager' ? this.intoRaft(name, node) : undefined;
    // It was ready, so its Docker starts it again, and Raft takes nobody in twice.
    const again = () => {
      if (status && node.Status.State === 'ready') status.Reachability = 'reachable';
    };
    setTimeout(again, 100);
    return [200];
  }
}

class FakeContact extends SiteContact {
  constructor(
    nodes: readonly NodeConfig[],
    private readonly socketOf: (name: string) => string,
  ) {
    super(nodes);
  }

  override session(name: string): Promise<SshSession> {
    const socket = this.socketOf(name);
    const session = { node: name, openUnixSocket: () => Promise.resolve(connect(socket)) };
    return Promise.resolve(session as unknown as SshSession);
  }
}

async function body(request: IncomingMessage): Promise<object> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as object) : {};
}
