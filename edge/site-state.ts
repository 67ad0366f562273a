import { createHash } from 'node:crypto';
import type { SiteConfig } from '../config/site-config';
import { formatPointer, parsePointer, type Pointer } from '../release/pointer';
import { haproxyCfgHash } from './haproxy-cfg';
import { decodeHaproxyLabel } from './haproxy-label';
import { haproxyLabel, pointerLabel } from './entry-command';
import { RuntimeApi, type WorkerInfo } from './runtime-api';
import { messageOf, type Manager, type SiteContact } from './site-contact';
import {
  edgeNodeLabel,
  edgeServiceName,
  findService,
  listNodes,
  listTasks,
  outNodeLabel,
  type SwarmNode,
  type SwarmService,
  type SwarmTask,
} from './swarm-state';

/** One edge node: what Swarm says of it, and what its HAProxy says of itself. */
export interface EdgeState {
  /** Name of the node. */
  name: string;
  /** Undefined: the node is not (or no more) in the Swarm. */
  swarmNode?: SwarmNode;
  /** The newest task that Swarm made for the node. */
  task?: SwarmTask;
  /** What the current worker of that very task answers. */
  worker?: WorkerInfo;
  /** Why there is no `worker`. */
  problem?: string;
}

/** What runs, read in one go. */
export interface SiteState {
  manager: Manager;
  nodes: SwarmNode[];
  /** Undefined before the first deploy. */
  edgeService?: SwarmService;
  /** Pointer of the label; undefined before the first deploy. */
  label?: Pointer;
  /** Hash of the haproxy.cfg in the label. */
  haproxyCfg?: string;
  /** In the order of the config; nodes in maintenance are left out, and those taken out of service (`outNodeLabel`). */
  edges: EdgeState[];
}

/** Reads what runs. Undefined: the site has no Swarm yet. @throws Error as `SiteContact.manager` does. */
export async function readSiteState(
  site: Pick<SiteConfig, 'nodes'>,
  contact: SiteContact,
): Promise<SiteState | undefined> {
  const manager = await contact.manager();
  return manager && readSwarmOf(site, contact, manager);
}

/** The same through a manager that is known already. */
export async function readSwarmOf(
  site: Pick<SiteConfig, 'nodes'>,
  contact: SiteContact,
  manager: Manager,
): Promise<SiteState> {
  const [nodes, edgeService] = await Promise.all([
    listNodes(manager.docker),
    findService(manager.docker, edgeServiceName),
  ]);
  // After the service: a task made with older labels is then among the tasks (the manager reads its log in order).
  const tasks = edgeService ? await listTasks(manager.docker, edgeServiceName) : [];
  const edgeNodes = site.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
  const edges = await Promise.all(
    edgeNodes.map(async ({ name }): Promise<EdgeState[]> => {
      const swarmNode = nodes.find((node) => node.name === name);
      const task = swarmNode && tasks.find((each) => each.nodeId === swarmNode.id);
      if (!edgeService) return [{ name, swarmNode }];
      if (isOut(swarmNode, task)) return [];
      return [{ name, swarmNode, task, ...(await readEdge(contact, name, swarmNode, task)) }];
    }),
  );
  const label = edgeService?.labels[pointerLabel];
  const cfg = edgeService?.labels[haproxyLabel];
  return {
    manager,
    nodes,
    edgeService,
    label: label ? parsePointer(label) : undefined,
    haproxyCfg: cfg ? descriptionOf(decodeHaproxyLabel(cfg)) : undefined,
    edges: edges.flat(),
  };
}

/** Whether a node was taken out of service and its edge has stopped, as far as Swarm knows; one that still finishes its requests counts. */
function isOut(node: SwarmNode | undefined, task: SwarmTask | undefined): boolean {
  if (node?.labels[outNodeLabel] === undefined || node.labels[edgeNodeLabel]) return false;
  return task?.state !== 'running';
}

/** The hash that a haproxy.cfg carries in its `description`. */
export function descriptionOf(cfg: string): string {
  return /^ {2}description (.*)$/m.exec(cfg)?.[1] ?? haproxyCfgHash(cfg);
}

async function readEdge(
  contact: SiteContact,
  name: string,
  node: SwarmNode | undefined,
  task: SwarmTask | undefined,
): Promise<Pick<EdgeState, 'worker' | 'problem'>> {
  if (!node) return { problem: 'is not in the Swarm' };
  // A machine that Swarm calls Down may still serve; but its tasks are not what Swarm believes, so nothing is read off it here.
  if (node.state === 'down') return { problem: 'Swarm calls the node Down' };
  if (!node.labels[edgeNodeLabel]) return { problem: `the node has no label ${edgeNodeLabel}` };
  if (!task) return { problem: 'Swarm has made no task for the node yet' };
  if (task.state !== 'running' || !task.containerId)
    return { problem: `its newest task is ${task.state}${task.message ? ` (${task.message})` : ''}` };
  try {
    const worker = await new RuntimeApi(await contact.session(name)).info();
    if (!task.containerId.startsWith(worker.container))
      return { problem: `answers from container ${worker.container}, which is not that of its newest task` };
    return { worker };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/**
 * In which ways the edges differ from what is wanted, in words and in a stable order; empty when each edge that should
 * serve does serve the wanted pointer with the wanted haproxy.cfg, and the label says the same. An edge whose node is
 * Down is no difference: nothing can be done to it, and it will be born with the label.
 */
export function edgeDifferences(
  state: SiteState,
  wanted: { pointer: Pointer; haproxyCfg: string },
): string[] {
  const found: string[] = [];
  const text = formatPointer(wanted.pointer);
  if (!state.label || formatPointer(state.label) !== text)
    found.push(`the label has generation ${state.label?.generation ?? 'none'}`);
  if (state.haproxyCfg !== wanted.haproxyCfg)
    found.push(`the label has haproxy.cfg ${state.haproxyCfg ?? 'none'}`);
  for (const edge of state.edges) {
    if (edge.swarmNode?.state === 'down') continue;
    if (!edge.worker) found.push(`${edge.name}: ${edge.problem ?? 'has no edge'}`);
    else if (formatPointer(edge.worker.pointer) !== text)
      found.push(`${edge.name}: has generation ${edge.worker.pointer.generation}`);
    else if (edge.worker.haproxyCfg !== wanted.haproxyCfg)
      found.push(`${edge.name}: runs haproxy.cfg ${edge.worker.haproxyCfg}`);
  }
  return found;
}

/** The input `drift` of gate and switchover: empty without differences, else a short hash of them. */
export function driftOf(differences: readonly string[]): string {
  return differences.length === 0
    ? ''
    : createHash('sha256').update(differences.join('\n')).digest('hex').slice(0, 16);
}
