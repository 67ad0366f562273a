import { edgeNodeLabel, failedStates, type SwarmTask } from '../edge/swarm-state';
import { swarmNodeOf } from './node-status';
import type { SiteReading, SwarmReading } from './site-reading';

/** One edge, by the map of its HAProxy. */
export interface EdgeStatus {
  node: string;
  /** Generation of its map; undefined: it does not answer. */
  generation?: number;
  /** Hash of the haproxy.cfg that it runs. */
  haproxyCfg?: string;
  /** Whether that is the one of the label (where the label can't be read: the one that the other edges run). */
  haproxyCfgAgrees?: boolean;
  /** What is wrong with it, in words. */
  problem?: string;
}

/** One row for each edge that is not in maintenance, in the order of the config. */
export function edgeStatuses({ swarm, edges }: Pick<SiteReading, 'swarm' | 'edges'>): EdgeStatus[] {
  const cfg = haproxyCfgOf({ swarm, edges });
  return edges.map(({ node, worker, problem: silence }) => {
    const why = (swarm.kind === 'read' && swarmProblem(swarm, node, worker?.container)) || silence;
    return {
      node,
      ...(worker && { generation: worker.pointer.generation, haproxyCfg: worker.haproxyCfg }),
      ...(worker && cfg && { haproxyCfgAgrees: worker.haproxyCfg === cfg }),
      ...(why && { problem: why }),
    };
  });
}

/** What Swarm knows that is wrong with an edge; an edge of which Swarm knows nothing bad may be silent all the same. */
function swarmProblem(swarm: SwarmReading, node: string, container: string | undefined): string | undefined {
  const but = container ? ', but its edge answers' : '';
  const entry = swarmNodeOf(swarm.nodes, node);
  if (!entry) return `the node is not in the Swarm${but}`;
  if (entry.state === 'down') return `Swarm calls the node down${but}`;
  if (!swarm.edgeService) return 'nothing is deployed yet';
  if (!entry.labels[edgeNodeLabel])
    return `the node has no label ${edgeNodeLabel}${but}; pulumi up gives it back`;
  const task = swarm.edgeTasks.find((each) => each.nodeId === entry.id);
  if (!task) return `Swarm has made no task for the node yet${but}`;
  if (task.state !== 'running') return `its newest task is ${task.state}${reasonOf(task)}${but}`;
  if (container && !task.containerId.startsWith(container))
    return `answers from container ${container}, which is not that of its newest task`;
  return undefined;
}

/** Swarm's reason for a state that is a failure; what it says of the other ones only repeats the state. */
function reasonOf({ state, message }: SwarmTask): string {
  return failedStates.has(state) && message ? ` (${message})` : '';
}

/** Hash of the haproxy.cfg that the edges should run: that of the label or, where nobody can read it, the one that most of them run. */
export function haproxyCfgOf({ swarm, edges }: Pick<SiteReading, 'swarm' | 'edges'>): string | undefined {
  if (swarm.kind === 'read') return swarm.haproxyCfg;
  const count = new Map<string, number>();
  for (const { worker } of edges)
    if (worker) count.set(worker.haproxyCfg, (count.get(worker.haproxyCfg) ?? 0) + 1);
  return [...count].sort(([, one], [, other]) => other - one)[0]?.[0];
}
