import type { NodeConfig, SiteConfig } from '../config/site-config';
import { announceReturn } from '../edge/announce-leave';
import { slotServiceName } from '../edge/candidate';
import { backendName } from '../edge/haproxy-cfg';
import { setServers } from '../edge/let-go';
import { RuntimeApi, type ServerStat } from '../edge/runtime-api';
import type { Manager, SiteContact } from '../edge/site-contact';
import { readSiteState, type SiteState } from '../edge/site-state';
import { giveMissingSlots, isBound, slotOfNode } from '../edge/slot-of-node';
import {
  edgeNodeLabel,
  findService,
  listNodes,
  outNodeLabel,
  setNodeLabels,
  workerNodeLabel,
  type SwarmNode,
} from '../edge/swarm-state';
import { runsOn } from '../config/runs-on';
import { slotNames } from '../release/pointer';
import { edgeProblem } from './read-situation';
import { waitUntil } from './wait-until';

/** How long Swarm may take to call a machine ready whose Docker answers, in ms: it is within 10 s of a boot on the lab. */
const readyTime = 90_000;

/** How long the tasks of a machine may take until every edge finds them healthy, in ms: a new one has to pull their images first (see `pullTime` in edge/candidate-tasks.ts). */
const healthTime = 600_000;

/** How long its edge may take until it has the generation of the label and every other edge sees it, in ms. */
const edgeTime = 60_000;

/**
 * Brings a machine back into service, the other way round than it went: Swarm runs its tasks; when every edge finds them
 * healthy by its own check, the edges send requests to them; then its own edge starts, and it is back when that one
 * serves what is live. Can be run again after an interruption.
 *
 * @param site the node is not in maintenance in it.
 * @param contact sees it as in maintenance, so that another manager is spoken to.
 * @throws Error saying how far it is and how to go on.
 */
export async function bringBack(
  node: NodeConfig,
  site: SiteConfig,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const manager = await contact.manager();
  if (!manager) throw new Error('The site has no Swarm yet: nothing is deployed. Run: pulumi up');
  const self = await awaitReady(node, manager, log);
  const worker = node.roles.includes('worker') ? 'true' : undefined;
  await setNodeLabels(manager.docker, self.id, { [workerNodeLabel]: worker }, 'active');
  await giveMissingSlots(node, site, contact);
  await awaitHealth(node, site, manager, contact, log);
  if (node.roles.includes('edge')) {
    await setNodeLabels(manager.docker, self.id, { [edgeNodeLabel]: 'true' });
    await awaitEdge(node, site, contact, log);
    // Where its way out was interrupted, its edge was not stopped, and still says that it leaves.
    await announceReturn(node.name, contact);
  }
  await setNodeLabels(manager.docker, self.id, { [outNodeLabel]: undefined });
  log(`${node.name}: is back in service`);
}

async function awaitReady(
  node: NodeConfig,
  { docker }: Manager,
  log: (line: string) => void,
): Promise<SwarmNode> {
  const { name } = node;
  let self: SwarmNode | undefined;
  const left = await waitUntil(
    async () => {
      self = (await listNodes(docker)).find((each) => each.name === name);
      if (!self) return `${name}: the Swarm does not list it`;
      if (self.state !== 'ready') return `${name}: Swarm calls it ${self.state}`;
      if (self.role === 'manager' && self.reachability !== 'reachable')
        return `${name}: the other managers find it ${self.reachability}`;
      return undefined;
    },
    readyTime,
    log,
  );
  if (left !== undefined || !self)
    throw new Error(
      `${left}. It stays out; the site serves without it. See what its Docker says (on it: docker info), and then run again: ` +
        `evenkeel node ${name} resume. When it was installed anew: evenkeel node ${name} replace`,
    );
  return self;
}

/** Servers stay in `drain`, where they are checked and get nothing, until every edge says L7OK of each that should be well. */
async function awaitHealth(
  node: NodeConfig,
  site: SiteConfig,
  manager: Manager,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const { name } = node;
  const slots = await slotsOn(node, site, manager);
  let edges: string[] = [];
  const left = await waitUntil(
    async () => {
      const state = (await readSiteState(site, contact))!;
      edges = state.edges.filter((edge) => edge.worker && edge.name !== name).map((edge) => edge.name);
      await setServers('drain', node, site, edges, contact);
      const perEdge = await Promise.all(
        edges.map(async (edge) => unhealthyFor(edge, name, await statsOf(edge, contact), slots, state)),
      );
      return perEdge.flat()[0];
    },
    healthTime,
    log,
  );
  if (left !== undefined)
    throw new Error(
      `${left}. ${name} is up and gets no requests; the site serves without it. See its log with: docker service ps SLOT --no-trunc, and ` +
        `when it is mended run again: evenkeel node ${name} resume`,
    );
  await setServers('ready', node, site, edges, contact);
  if (slots.length > 0)
    log(`${name}: healthy by the checks of ${edges.join(', ')}, which send requests to it again`);
}

interface Slot {
  service: string;
  backend: string;
}

/** The slots that have a Swarm service which so has a task on the node; of a service that rolls, the one that the node runs. */
async function slotsOn(node: NodeConfig, site: SiteConfig, { docker }: Manager): Promise<Slot[]> {
  const self = (await listNodes(docker)).find((each) => each.name === node.name);
  const services = site.services.filter((service) => runsOn(service, node));
  const found = await Promise.all(
    services.flatMap(({ name: service }) =>
      slotNames.map(async (slot) => {
        const runs = await findService(docker, slotServiceName(service, slot));
        const elsewhere = runs && isBound(runs, service, slot) && self && slotOfNode(self, service) !== slot;
        return runs && !elsewhere ? [{ service, backend: backendName(service, slot) }] : [];
      }),
    ),
  );
  return found.flat();
}

/** A candidate that is well nowhere is not this machine's fault: it counts where another machine has it well. */
function unhealthyFor(
  edge: string,
  node: string,
  rows: readonly ServerStat[],
  slots: readonly Slot[],
  state: SiteState,
): string[] {
  const isGood = (row: ServerStat) => row.check.endsWith('L7OK');
  return slots.flatMap(({ service, backend }) => {
    const own = rows.filter((row) => row.backend === backend);
    const row = own.find((each) => each.server === node);
    const isLive = backend === backendName(service, state.label?.services[service]?.live ?? 'blue');
    const elsewhere = own.some(
      (each) => each.server !== node && each.status.startsWith('UP') && isGood(each),
    );
    if (row && isGood(row)) return [];
    if (!isLive && !elsewhere) return [];
    return [
      `${edge} says of ${backend} on ${node}: ${row ? `${row.status}, ${row.check}` : 'no such server'}`,
    ];
  });
}

async function statsOf(edge: string, contact: SiteContact): Promise<ServerStat[]> {
  return new RuntimeApi(await contact.session(edge)).serverStats();
}

/** Until its edge serves the pointer of the label, and each other edge counts it among the edges. */
async function awaitEdge(
  node: NodeConfig,
  site: SiteConfig,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const { name } = node;
  const left = await waitUntil(
    async () => {
      const state = (await readSiteState(site, contact))!;
      const edge = state.edges.find((each) => each.name === name);
      const problem = edge ? edgeProblem(edge, state.label!) : 'has no edge yet';
      if (problem !== undefined) return `${name}: ${problem}`;
      const others = state.edges.filter((each) => each.worker && each.name !== name);
      const blind = await Promise.all(
        others.map(async (other) => {
          const rows = await statsOf(other.name, contact);
          const row = rows.find((each) => each.backend === 'edges' && each.server === name);
          // Edges whose haproxy.cfg does not know this one: the next `up` tells them.
          return row && row.status !== 'UP' ? [`${other.name} does not see the edge of ${name} yet`] : [];
        }),
      );
      return blind.flat()[0];
    },
    edgeTime,
    log,
  );
  if (left !== undefined)
    throw new Error(
      `${left}. The slots of ${name} serve, its edge does not yet. See why with: docker service ps evenkeel-edge --no-trunc; then run ` +
        `again: evenkeel node ${name} resume`,
    );
}
