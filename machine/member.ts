import type Docker from 'dockerode';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { messageOf, type SiteContact } from '../edge/site-contact';
import {
  edgeNodeLabel,
  listNodes,
  nodeNameLabel,
  outNodeLabel,
  setNodeLabels,
  workerNodeLabel,
  type SwarmNode,
} from '../edge/swarm-state';
import { dockerApi } from '../remote/docker-api';
import { forgetFormerSelves, forgetUnborn } from './forget-nodes';
import { joinAsWorker } from './join-as-worker';
import { joinTimes, type JoinTimes } from './join-times';
import { leave, localSwarm } from './local-swarm';
import { setRole } from './set-role';
import { swarmAddresses } from './swarm-addresses';
import { updateNode } from './update-node';
import { waitUntil } from './wait-until';

/**
 * Makes a machine a member of the site's Swarm with the role and the labels of the config, whatever it was before: in
 * no Swarm (also after its Docker was installed anew), or a member already. Can be run any number of times.
 *
 *     joins as a worker -> is ready -> gets its name -> gets its role -> gets the labels that bring it tasks
 *
 * In this order, so that a machine that is about to be a manager has nothing else to do (machine/set-role.ts says why it
 * is none from the beginning).
 *
 * The join token is a worker's. It is read from a manager and given to the machine over SSH; it is in no state, no log and
 * no process list, and is rotated afterwards.
 *
 * @throws Error when the machine is in another Swarm, or when a first Swarm can't be made safely.
 */
export async function joinSwarm(
  site: Pick<SiteConfig, 'nodes'>,
  name: string,
  contact: SiteContact,
  log: (line: string) => void,
  times: JoinTimes = joinTimes,
): Promise<void> {
  const node = site.nodes.find((each) => each.name === name)!;
  const docker = dockerApi(await contact.session(name), 60_000);
  let manager = await contact.manager();
  let local = await localSwarm(docker);
  if (local.LocalNodeState !== 'active') {
    if (local.LocalNodeState !== 'inactive') await leave(docker);
    if (manager) {
      // First, since a manager that is gone for good still counts for the quorum that a new one needs to be let in.
      await forgetFormerSelves(manager.docker, '', node, log);
      await joinAsWorker(docker, node, manager, site.nodes, log, times);
      await forgetUnborn(manager.docker);
      log(`${name}: joined the Swarm ${manager.clusterId}`);
    } else {
      await init(docker, node, site.nodes, contact);
      log(`${name}: is the first manager of a new Swarm`);
    }
    manager ??= await contact.manager();
    local = await localSwarm(docker);
  }
  if (!manager) throw new Error(`${name}: is in a Swarm that has no manager of this site`);
  const self = await awaitReady(manager.docker, local.NodeID, name, log, times);
  if (self.name !== name) await setNodeLabels(manager.docker, self.id, { [nodeNameLabel]: name });
  await setRole(self, node, manager.docker, docker, log, times);
  await describe(manager.docker, self, node);
  await forgetFormerSelves(manager.docker, self.id, node, log);
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
  await docker.swarmInit(swarmAddresses(node));
}

async function awaitReady(
  docker: Docker,
  id: string,
  name: string,
  log: (line: string) => void,
  { ready, pause }: JoinTimes,
): Promise<SwarmNode> {
  let found: SwarmNode | undefined;
  const left = await waitUntil(
    async () => {
      found = undefined;
      found = (await listNodes(docker)).find((node) => node.id === id);
      if (found?.state === 'ready') return undefined;
      return found ? `the site's Swarm calls it ${found.state}` : `the site's Swarm does not know it`;
    },
    ready,
    log,
    pause,
  );
  if (left === undefined && found) return found;
  throw new Error(
    `${name}: is in a Swarm (as node ${id}), but ${left}. ` +
      `If it is in another Swarm, take it out on the machine with: docker swarm leave --force`,
  );
}

/**
 * Labels, as the config has them, and whether it takes tasks. Labels that are neither ours nor the config's stay. A member
 * that was taken out of service (`evenkeel node … drain`) stays out: only `resume` knows when it may serve again.
 */
async function describe(docker: Docker, self: SwarmNode, node: NodeConfig): Promise<void> {
  const isOut = self.labels[outNodeLabel] !== undefined;
  const ours: Record<string, string | undefined> = {
    ...node.labels,
    [nodeNameLabel]: node.name,
    [edgeNodeLabel]: node.roles.includes('edge') && !isOut ? 'true' : undefined,
    [workerNodeLabel]: node.roles.includes('worker') ? 'true' : undefined,
  };
  const same = Object.entries(ours).every(([label, value]) => self.labels[label] === value);
  const availability = isOut ? self.availability : 'active';
  if (same && self.availability === availability) return;
  await updateNode(docker, self.id, (spec) => {
    const labels: Record<string, string | undefined> = { ...spec.Labels, ...ours };
    return {
      ...spec,
      Availability: availability,
      Labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)),
    };
  });
}
