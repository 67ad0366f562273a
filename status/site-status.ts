import type { SiteConfig } from '../config/site-config';
import { isRolledOut } from '../release/is-rolled-out';
import { pointerFromConfig, slotNames } from '../release/pointer';
import { disagreements } from './disagreements';
import { edgeStatuses, type EdgeStatus } from './edge-status';
import { meshProblems } from './mesh-status';
import { nodeProblems, nodeStatuses, type NodeStatus } from './node-status';
import { serviceStatuses, type ServiceStatus } from './service-status';
import { runningPointer, type SiteReading, type SwarmReading } from './site-reading';

/** How a site is. */
export interface SiteStatus {
  site: string;
  /** ISO 8601, UTC: when it was read. */
  at: string;
  /** True when there is no disagreement and no problem. */
  ok: boolean;
  /** Name of the manager that was asked; undefined: none could be, and `swarm` says why. */
  manager?: string;
  /** Why nothing of the Swarm is known, so that all there is comes from the edges' maps; undefined: it was read. */
  swarm?: string;
  generation: GenerationStatus;
  services: ServiceStatus[];
  nodes: NodeStatus[];
  edges: EdgeStatus[];
  /** In which ways config, label, maps and Swarm differ, in words; what waits for its slot's next turn is the last of it. */
  disagreements: string[];
  /** What is not healthy, in words. */
  problems: string[];
}

/** The generations that are about. */
export interface GenerationStatus {
  config: number;
  /** Of the label; undefined before the first deploy, or when the Swarm can't be read. */
  label?: number;
  /** The highest that the label or an edge has: what runs; undefined when nobody has one. */
  running?: number;
  /** By node, for the edges that answer. */
  edges: Record<string, number>;
}

/**
 * Judges what was read of a site.
 *
 * @param pending what config wants of slots that are live, in words: the stack's output `pending`, where somebody has it.
 */
export function siteStatus(
  config: SiteConfig,
  reading: SiteReading,
  pending: readonly string[] = [],
): SiteStatus {
  const swarm = reading.swarm.kind === 'read' ? reading.swarm : undefined;
  const nodes = nodeStatuses(config.nodes, reading);
  const edges = edgeStatuses(reading);
  const services = serviceStatuses(config, reading);
  const differ = [...disagreements(config, reading, pointerFromConfig(config.release)), ...pending];
  const problems = [
    ...(reading.swarm.kind === 'unreadable' ? [reading.swarm.why] : []),
    ...nodeProblems(nodes, swarm !== undefined),
    ...meshProblems(nodes, reading),
    ...edgeProblems(edges, nodes, reading),
    ...rolloutProblems(swarm),
    ...healthProblems(services, nodes),
  ];
  const running = runningPointer(reading)?.generation;
  return {
    site: config.site,
    at: reading.at,
    ok: differ.length === 0 && problems.length === 0,
    ...(swarm && { manager: swarm.manager }),
    ...(reading.swarm.kind !== 'read' && { swarm: reading.swarm.why }),
    generation: {
      config: config.release.generation,
      ...(swarm?.label && { label: swarm.label.generation }),
      ...(running !== undefined && { running }),
      edges: Object.fromEntries(
        edges.flatMap(({ node, generation }) => (generation ? [[node, generation]] : [])),
      ),
    },
    services,
    nodes,
    edges,
    disagreements: differ,
    problems,
  };
}

/** Not of a machine that is named for being down or out of reach already, nor before the first deploy. */
function edgeProblems(
  edges: readonly EdgeStatus[],
  nodes: readonly NodeStatus[],
  reading: SiteReading,
): string[] {
  if (!runningPointer(reading)) return [];
  const named = new Set(
    nodes.filter(({ state, reachable }) => state === 'down' || !reachable).map(({ name }) => name),
  );
  return edges.flatMap(({ node, problem }) =>
    problem && !named.has(node) ? [`the edge ${node}: ${problem}`] : [],
  );
}

function rolloutProblems(swarm: SwarmReading | undefined): string[] {
  const rollout = swarm?.edgeService?.rollout;
  if (!rollout || isRolledOut(rollout.state)) return [];
  return [
    `the rollout of the edges is not complete (Swarm says "${rollout.state}"${rollout.message ? `: ${rollout.message}` : ''}). ` +
      `See why with: docker service ps evenkeel-edge --no-trunc`,
  ];
}

/** A node that is down is named already: it is not named again for each slot that it had. */
function healthProblems(services: readonly ServiceStatus[], nodes: readonly NodeStatus[]): string[] {
  const down = new Set(nodes.filter(({ state }) => state === 'down').map(({ name }) => name));
  return services.flatMap(({ name, slots }) =>
    slotNames.flatMap((slot) => {
      const { live, wanted, unhealthy } = slots[slot];
      const sick = wanted.filter((node) => unhealthy[node] !== undefined);
      const untold = sick.filter((node) => !down.has(node));
      if (untold.length === 0) return [];
      const which = `${slot} of ${name}${live ? ' (live)' : ''}`;
      return [
        `${which} is not healthy on ${sick.length} of ${wanted.length} nodes: ` +
          untold.map((node) => `${node} (${unhealthy[node]})`).join(', '),
      ];
    }),
  );
}
