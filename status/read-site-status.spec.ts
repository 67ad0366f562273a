import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { masterSocket, pointerMapFile } from '../edge/edge-paths';
import { encodeHaproxyLabel } from '../edge/haproxy-label';
import { SiteContact } from '../edge/site-contact';
import { formatPointer, pointerFromConfig, type Pointer } from '../release/pointer';
import { SshServer } from '../test/ssh-server';
import { readSite } from './read-site-status';
import { cfgHash, imageOf, siteWith, switched } from './reading.fixture';
import { loggedSlot, logSource } from './site-slot-logs';
import { siteStatus } from './site-status';

/** A machine behind SSH: a Docker that answers these paths, and a HAProxy with this map. */
class Machine {
  /** By path without version and query; undefined: it is not asked. */
  docker: Record<string, unknown> = {};
  pointer: Pointer | undefined = pointerFromConfig(switched);
  /** True: whoever asks the HAProxy never gets an answer. */
  hangs = false;
  ssh!: SshServer;
  private readonly api: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://docker').pathname.replace('/v1.41', '');
    const filters = JSON.parse(
      new URL(request.url ?? '', 'http://docker').searchParams.get('filters') ?? '{}',
    ) as {
      name?: string[];
    };
    const answer = this.docker[path];
    response.writeHead(answer === undefined ? 503 : 200, { 'content-type': 'application/json' });
    // Docker's own filter by name takes prefixes too; one service is enough here.
    const named = (each: { Spec?: { Name?: string } }) =>
      !filters.name || each.Spec?.Name === filters.name[0];
    response.end(
      JSON.stringify(
        answer === undefined
          ? { message: 'The swarm does not have a leader.' }
          : Array.isArray(answer)
            ? (answer as { Spec?: { Name?: string } }[]).filter(named)
            : answer,
      ),
    );
  });

  async start(): Promise<void> {
    this.ssh = await SshServer.start({
      unixSocket: (path) => {
        if (path === '/var/run/docker.sock') return (stream) => this.api.emit('connection', asSocket(stream));
        if (path === masterSocket && this.pointer) return (stream) => this.haproxy(stream);
        return undefined;
      },
    });
  }

  private haproxy(stream: Duplex): void {
    let command = '';
    stream.on('data', (chunk: Buffer) => (command += chunk.toString('utf8')));
    stream.on('end', () => {
      if (this.hangs) return;
      if (command === '@1 show info\n') stream.end(`node: 1f2a9c0d1e2f\ndescription: ${cfgHash}\n`);
      else if (command === `@1 show map ${pointerMapFile}\n`)
        stream.end(formatPointer(this.pointer!).replace(/^(?=.)/gm, '0x55b5a2d13300 '));
      else if (command === '@1 show stat\n')
        stream.end('# pxname,svname,scur,status,check_status\nshop-green,pi1,3,UP,L7OK\n');
      else stream.end('Unknown command\n'); // a test that gets here fails
    });
  }
}

/** Node's HTTP server calls these methods of a socket; for a channel there is nothing to set. */
function asSocket(stream: Duplex): Duplex {
  return Object.assign(stream, {
    setTimeout: () => stream,
    setNoDelay: () => stream,
    setKeepAlive: () => stream,
  });
}

const swarm = {
  '/info': { Swarm: { LocalNodeState: 'active', ControlAvailable: true, Cluster: { ID: 'c1' } } },
  '/nodes': ['pi1', 'pi2', 'pi3'].map((name) => ({
    ID: `id-of-${name}`,
    Version: { Index: 40 },
    Spec: {
      Labels: { 'evenkeel.node': name, 'evenkeel.edge': 'true' },
      Role: 'manager',
      Availability: 'active',
    },
    Description: { Hostname: name },
    Status: { State: 'ready', Addr: '192.168.1.11' },
    ManagerStatus: { Reachability: 'reachable' },
  })),
  '/services': [
    {
      ID: 's1',
      Version: { Index: 50 },
      Spec: {
        Name: 'evenkeel-edge',
        Labels: {
          'evenkeel.pointer': formatPointer(pointerFromConfig(switched)),
          'evenkeel.haproxy': encodeHaproxyLabel(`global\n  description ${cfgHash}\n`),
        },
      },
      UpdateStatus: { State: 'paused', Message: 'update paused' },
    },
    {
      ID: 's2',
      Version: { Index: 51 },
      Spec: {
        Name: 'shop-green',
        TaskTemplate: {
          ContainerSpec: { Image: imageOf('1.5.0-rc.1', switched.services['shop']!.green!.digest) },
        },
      },
    },
  ],
  '/tasks': [
    {
      ID: 't1',
      NodeID: 'id-of-pi1',
      CreatedAt: '2026-08-01T11:00:00Z',
      DesiredState: 'running',
      Spec: { ContainerSpec: { Image: 'x' } },
      Status: { State: 'running', ContainerStatus: { ContainerID: '1f2a9c0d1e2f' + '0'.repeat(52) } },
    },
  ],
};

let machines: Machine[];
let config: SiteConfig;
let contact: SiteContact;

beforeEach(async () => {
  machines = [new Machine(), new Machine(), new Machine()];
  await Promise.all(machines.map((machine) => machine.start()));
  for (const machine of machines) machine.docker = { ...swarm };
  config = siteWith(switched);
  config.nodes = config.nodes.map((node, index): NodeConfig => {
    const { address, ssh } = machines[index]!.ssh.target();
    return { ...node, address, ssh };
  });
  contact = new SiteContact(config.nodes);
});
afterEach(async () => {
  contact.close();
  await Promise.all(machines.map(({ ssh }) => ssh.close()));
});

it('reads Swarm, label, slots, maps and checks, with one login to each machine', async () => {
  const reading = await readSite(config, contact);
  const pointer = pointerFromConfig(switched);
  expect(reading.swarm).toMatchObject({
    kind: 'read',
    manager: 'pi1',
    label: pointer,
    haproxyCfg: cfgHash,
    edgeService: { rollout: { state: 'paused', message: 'update paused' } },
    nodes: [{ name: 'pi1' }, { name: 'pi2' }, { name: 'pi3' }],
    edgeTasks: [{ id: 't1', nodeId: 'id-of-pi1' }],
    slots: [
      {
        service: 'shop',
        slot: 'green',
        image: imageOf('1.5.0-rc.1', pointer.services['shop']!.digests.green!),
        tasks: [{ id: 't1' }],
      },
    ],
  });
  expect(reading.unreachable).toEqual({});
  expect(reading.edges).toHaveLength(3);
  expect(reading.edges[0]).toEqual({
    node: 'pi1',
    worker: { container: '1f2a9c0d1e2f', haproxyCfg: cfgHash, pointer },
    stats: [{ backend: 'shop-green', server: 'pi1', sessions: 3, status: 'UP', check: 'L7OK' }],
  });
  expect(machines.map(({ ssh }) => ssh.connections.size)).toEqual([1, 1, 1]);
  expect(new Date(reading.at).getTime()).toBeGreaterThan(Date.now() - 10_000);
});

it('has the edges’ maps where no manager has a quorum', async () => {
  for (const { docker } of machines) delete docker['/nodes'];
  const reading = await readSite(config, contact);
  expect(reading.swarm).toMatchObject({ kind: 'unreadable' });
  expect((reading.swarm as { why: string }).why).toMatch(/has a quorum.*\n.*does not have a leader/);
  expect(siteStatus(config, reading)).toMatchObject({ ok: false, generation: { running: 7 } });
});

it('knows a site that has no Swarm yet', async () => {
  for (const machine of machines) {
    machine.docker = { '/info': { Swarm: { LocalNodeState: 'inactive', ControlAvailable: false } } };
    machine.pointer = undefined;
  }
  const reading = await readSite(config, contact);
  expect(reading.swarm).toEqual({ kind: 'none', why: 'no manager of this site is in a Swarm yet' });
  expect(reading.edges[0]).toMatchObject({ node: 'pi1', stats: [] });
  expect(reading.edges[0]!.problem).toContain(masterSocket);
});

it('goes on without a machine that does not let us in, and one whose HAProxy says nothing', async () => {
  machines[1]!.hangs = true;
  await machines[2]!.ssh.close();
  const reading = await readSite(config, contact);
  expect(reading.swarm.kind).toBe('read');
  expect(Object.keys(reading.unreachable)).toEqual(['pi3']);
  expect(reading.unreachable['pi3']).toMatch(/^pi3 \(.*\) can't be reached over SSH: /);
  expect(reading.edges.map(({ worker, problem }) => worker?.pointer.generation ?? problem)).toEqual([
    7,
    'pi2: its HAProxy did not answer within 5 s',
    expect.stringContaining("can't be reached over SSH") as string,
  ]);
});

it('asks no machine that is in maintenance', async () => {
  config.nodes[2]!.maintenance = true;
  const reading = await readSite(config, contact);
  expect(reading.edges.map(({ node }) => node)).toEqual(['pi1', 'pi2']);
  expect(machines[2]!.ssh.logins).toBe(0);
});

describe('the slot whose log is wanted', () => {
  it('is the one that the edges call live, or the other one for the candidate', async () => {
    config.release.services['shop'] = { ...switched.services['shop']!, live: 'blue' };
    expect(await loggedSlot(config, contact, 'shop', false)).toEqual({
      service: 'shop',
      slot: 'green',
      live: true,
      version: '1.5.0-rc.1',
    });
    expect(await loggedSlot(config, contact, 'shop', true)).toMatchObject({ slot: 'blue', live: false });
  });

  it('is what the config says where no edge answers', async () => {
    for (const machine of machines) machine.pointer = undefined;
    config.release.services['shop'] = { ...switched.services['shop']!, live: 'blue' };
    expect(await loggedSlot(config, contact, 'shop', false)).toMatchObject({ slot: 'blue', live: true });
  });

  it('has its log on the nodes of the service that are not in maintenance, each behind its own Docker', async () => {
    config.nodes[2]!.maintenance = true;
    machines[1]!.docker['/containers/json'] = [{ Id: 'of-pi2' }];
    const source = logSource(config, contact, { service: 'shop', slot: 'green' });
    expect([source.swarmService, source.nodes]).toEqual(['shop-green', ['pi1', 'pi2']]);
    const docker = await source.docker('pi2');
    expect(await docker.listContainers()).toEqual([{ Id: 'of-pi2' }]);
  });

  it('is refused for a service that is not there', async () => {
    await expect(loggedSlot(config, contact, 'blog', false)).rejects.toThrow(
      'home has no service blog: it has shop.',
    );
  });
});
