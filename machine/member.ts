import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { hostAndPort } from '../config/host-and-port';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { messageOf, type Manager, type SiteContact } from '../edge/site-contact';
import {
  edgeNodeLabel,
  edgeServiceName,
  findService,
  listNodes,
  nodeNameLabel,
  outNodeLabel,
  setNodeLabels,
  workerNodeLabel,
  type SwarmNode,
} from '../edge/swarm-state';
import { dockerApi } from '../remote/docker-api';
import { swarmAddresses, swarmPort } from './swarm-addresses';

/** Longest wait for Swarm to show a machine that has joined, in ms. */
const joinTime = 30_000;

interface LocalSwarm {
  LocalNodeState: string;
  NodeID: string;
  Cluster?: { ID: string };
}

/**
 * Makes a machine a member of the site's Swarm with the role and the labels of the config, whatever it was before: in
 * no Swarm (also after its Docker was installed anew), or a member already. Can be run any number of times.
 *
 * The join token is read from a manager and given to the machine over SSH; it is in no state, no log and no process
 * list, and is rotated afterwards.
 *
 * @throws Error when the machine is in another Swarm, or when a first Swarm can't be made safely.
 */
export async function joinSwarm(
  site: Pick<SiteConfig, 'nodes'>,
  name: string,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const node = site.nodes.find((each) => each.name === name)!;
  const docker = dockerApi(await contact.session(name), 60_000);
  let manager = await contact.manager();
  let local = await localSwarm(docker);
  if (local.LocalNodeState !== 'active') {
    if (local.LocalNodeState !== 'inactive') await leave(docker);
    if (manager) {
      // First, since a manager that is gone for good still counts for the quorum that a new one needs to be let in.
      await removeFormerSelves(manager.docker, '', name, node.address, log);
      await joinPatiently(docker, node, manager, site.nodes, log);
      await forgetUnborn(manager.docker);
    } else await init(docker, node, site.nodes, contact);
    log(
      manager
        ? `${name}: joined the Swarm ${manager.clusterId}`
        : `${name}: is the first manager of a new Swarm`,
    );
    manager ??= await contact.manager();
    local = await localSwarm(docker);
  }
  if (!manager) throw new Error(`${name}: is in a Swarm that has no manager of this site`);
  const self = await awaitNode(manager.docker, local.NodeID, name);
  await describe(manager.docker, self, node);
  await awaitRole(manager.docker, self.id, node);
  await removeFormerSelves(manager.docker, self.id, name, node.address, log);
}

/**
 * Takes a machine out of the Swarm: drained and demoted first, then it leaves, then Swarm forgets it. When the whole
 * site is destroyed (the edges are gone by then) the Swarm stays and only our labels go: others may use it.
 */
export async function leaveSwarm(
  name: string,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const manager = await contact.manager().catch(() => undefined);
  if (!manager) return log(`${name}: the site has no Swarm that answers; nothing to leave`);
  const nodes = await listNodes(manager.docker);
  const self = nodes.find((each) => each.name === name);
  if (!self) return log(`${name}: is not in the Swarm`);
  if (!(await findService(manager.docker, edgeServiceName))) {
    const ours = { [nodeNameLabel]: undefined, [edgeNodeLabel]: undefined, [workerNodeLabel]: undefined };
    await setNodeLabels(manager.docker, self.id, ours);
    return log(`${name}: stays in the Swarm, without the labels of this site`);
  }
  await updateNode(manager.docker, self.id, (spec) => ({ ...spec, Role: 'worker', Availability: 'drain' }));
  try {
    await leave(dockerApi(await contact.session(name), 60_000));
  } catch (error) {
    log(`${name}: can't be told to leave (${messageOf(error)}); the Swarm forgets it all the same`);
  }
  const other = await contact.manager();
  await other?.docker.getNode(self.id).remove({ force: true });
  log(`${name}: left the Swarm`);
}

async function localSwarm(docker: Docker): Promise<LocalSwarm> {
  const { Swarm } = (await docker.info()) as { Swarm: LocalSwarm };
  return Swarm;
}

async function init(
  docker: Docker,
  node: NodeConfig,
  nodes: readonly NodeConfig[],
  contact: SiteContact,
): Promise<void> {
  if (!node.roles.includes('manager'))
    throw new Error(`${node.name}: there is no Swarm to join yet; its managers come first`);
  const others = nodes.filter(
    (each) => each.name !== node.name && each.roles.includes('manager') && !each.maintenance,
  );
  const unreachable: string[] = [];
  await Promise.all(
    others.map((each) =>
      contact.session(each.name).catch((error: unknown) => unreachable.push(messageOf(error))),
    ),
  );
  if (unreachable.length > 0)
    throw new Error(
      `${node.name}: no new Swarm is made while managers can't be reached, since they may be the Swarm that the site has:\n` +
        unreachable.map((line) => `  ${line}`).join('\n'),
    );
  await docker.swarmInit(swarmAddresses(node.address));
}

/**
 * Docker gives up waiting after 20 s and goes on joining behind our back. It may get there; where it does not, the
 * half-made member is taken away again, since a second join would leave it in the Swarm as a node that is Down.
 */
async function joinPatiently(
  docker: Docker,
  node: NodeConfig,
  manager: Manager,
  nodes: readonly NodeConfig[],
  log: (line: string) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await join(docker, node, manager, nodes);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 503) throw error;
      log(`${node.name}: has not joined within Docker's 20 s; waiting for it`);
      const until = Date.now() + joinTime;
      while (Date.now() < until) {
        if ((await localSwarm(docker)).LocalNodeState === 'active') return rotateToken(manager.docker, node);
        await sleep(1000);
      }
      const { NodeID } = await localSwarm(docker);
      await leave(docker);
      if (NodeID) await forget(manager.docker, NodeID);
      if (attempt === 2) throw error;
      log(`${node.name}: has not joined; once more from the beginning`);
    }
  }
}

/**
 * A joining machine that waits in vain for its certificate asks for another one, and each time Swarm notes down a node
 * without a name that never shows up (measured: three of them in a join that took 22 s). The join is over when this runs.
 */
async function forgetUnborn(docker: Docker): Promise<void> {
  for (const node of await listNodes(docker)) {
    // It never got into Raft, so there is nothing to demote (Swarm refuses to).
    if (node.hostname === '' && node.state === 'unknown')
      await docker.getNode(node.id).remove({ force: true });
  }
}

async function join(
  docker: Docker,
  node: NodeConfig,
  manager: Manager,
  nodes: readonly NodeConfig[],
): Promise<void> {
  const swarm = await inspectSwarm(manager.docker);
  const address = nodes.find((each) => each.name === manager.name)!.address;
  await docker.swarmJoin({
    ...swarmAddresses(node.address),
    RemoteAddrs: [hostAndPort(address, swarmPort)],
    JoinToken: swarm.JoinTokens[tokenRole(node)],
  });
  await rotateToken(manager.docker, node);
}

/** The token has been on the wire to one more machine: it is good for this one join. */
async function rotateToken(docker: Docker, node: NodeConfig): Promise<void> {
  const { Version, Spec } = await inspectSwarm(docker);
  await docker.swarmUpdate({
    _query: { version: Version.Index, [`rotate${tokenRole(node)}Token`]: true },
    _body: Spec,
  });
}

function tokenRole(node: NodeConfig): 'Manager' | 'Worker' {
  return node.roles.includes('manager') ? 'Manager' : 'Worker';
}

interface InspectedSwarm {
  Version: { Index: number };
  Spec: object;
  JoinTokens: Record<'Manager' | 'Worker', string>;
}

async function inspectSwarm(docker: Docker): Promise<InspectedSwarm> {
  return (await docker.swarmInspect()) as InspectedSwarm;
}

async function leave(docker: Docker): Promise<void> {
  const { LocalNodeState } = await localSwarm(docker);
  if (LocalNodeState !== 'inactive') await docker.swarmLeave({ force: true });
}

async function awaitNode(docker: Docker, id: string, name: string): Promise<SwarmNode> {
  const until = Date.now() + joinTime;
  for (;;) {
    const found = (await listNodes(docker)).find((node) => node.id === id);
    if (found?.state === 'ready') return found;
    if (Date.now() > until)
      throw new Error(
        `${name}: is in a Swarm (as node ${id}), but the site's Swarm ${found ? `calls it ${found.state}` : 'does not know it'}. ` +
          `If it is in another Swarm, take it out on the machine with: docker swarm leave --force`,
      );
    await sleep(300);
  }
}

/**
 * Waits until a change of role has taken effect. Swarm takes the order at once and carries it out later; were the next
 * machine to join before, the managers could be without a quorum (measured: a join that never ended).
 */
async function awaitRole(docker: Docker, id: string, node: NodeConfig): Promise<void> {
  const wanted = node.roles.includes('manager') ? 'reachable' : undefined;
  const until = Date.now() + joinTime;
  for (;;) {
    // While managers come and go there may be no leader to ask.
    const found = await listNodes(docker).then(
      (nodes) => nodes.find((each) => each.id === id),
      () => undefined,
    );
    if (found && found.reachability === wanted) return;
    if (Date.now() > until)
      throw new Error(
        `${node.name}: was told to be a ${wanted ? 'manager' : 'worker'} ${joinTime / 1000} s ago, and the Swarm still ` +
          `says ${found?.reachability ?? 'worker'}. Look with: docker node ls`,
      );
    await sleep(300);
  }
}

/**
 * Role, name and labels, as the config has them. Labels that are neither ours nor the config's stay. A member that was
 * taken out of service (`evenkeel node … drain`) stays out: only `resume` knows when it may serve again.
 */
async function describe(docker: Docker, self: SwarmNode, node: NodeConfig): Promise<void> {
  const isOut = self.labels[outNodeLabel] !== undefined;
  const ours: Record<string, string | undefined> = {
    ...node.labels,
    [nodeNameLabel]: node.name,
    [edgeNodeLabel]: node.roles.includes('edge') && !isOut ? 'true' : undefined,
    [workerNodeLabel]: node.roles.includes('worker') ? 'true' : undefined,
  };
  const role = node.roles.includes('manager') ? 'manager' : 'worker';
  const same = Object.entries(ours).every(([label, value]) => self.labels[label] === value);
  const availability = isOut ? self.availability : 'active';
  if (same && self.role === role && self.availability === availability) return;
  await updateNode(docker, self.id, (spec) => {
    const labels: Record<string, string | undefined> = { ...spec.Labels, ...ours };
    return {
      ...spec,
      Role: role,
      Availability: availability,
      Labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)),
    };
  });
}

/** A machine whose Docker was installed anew joins under a new ID; what it was before stays listed as Down. */
async function removeFormerSelves(
  docker: Docker,
  ownId: string,
  name: string,
  address: string,
  log: (line: string) => void,
): Promise<void> {
  for (const former of await listNodes(docker)) {
    // One that never got as far as its label is known by its address only.
    if (!(former.name === name || (former.name === undefined && former.address === address))) continue;
    if (former.id === ownId || former.state === 'ready') continue;
    await forget(docker, former.id);
    log(`${name}: its former entry in the Swarm (${former.id}) is gone`);
  }
}

/** Takes an entry out of the Swarm. A manager that is gone for good still counts for the quorum, so it is demoted first. */
async function forget(docker: Docker, id: string): Promise<void> {
  const entry = (await listNodes(docker)).find((node) => node.id === id);
  if (!entry) return;
  if (entry.role === 'manager' && entry.reachability)
    await updateNode(docker, id, (spec) => ({ ...spec, Role: 'worker' }));
  await docker.getNode(id).remove({ force: true });
}

interface NodeSpec {
  Role: string;
  Availability: string;
  Labels?: Record<string, string | undefined>;
}

async function updateNode(docker: Docker, id: string, change: (spec: NodeSpec) => NodeSpec): Promise<void> {
  const node = docker.getNode(id);
  const { Version, Spec } = (await node.inspect()) as { Version: { Index: number }; Spec: NodeSpec };
  await node.update({ _query: { version: Version.Index }, _body: change(Spec) });
}
