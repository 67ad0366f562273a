import type { SlotName } from '../config/site-config';
import type { ServerStat, WorkerInfo } from '../edge/runtime-api';
import type { SwarmNode, SwarmTask } from '../edge/swarm-state';
import { newestPointer } from '../release/compare';
import type { Handshakes } from '../machine/mesh-handshakes';
import type { Pointer } from '../release/pointer';

/** What a site's machines said, as far as they could be asked: nothing in it is judged. */
export interface SiteReading {
  /** ISO 8601, UTC. */
  at: string;
  swarm: SwarmReading | SwarmMissing;
  /** By node: why it can't be reached over SSH. A node that can is not in it, nor is one in maintenance (it is not asked). */
  unreachable: Record<string, string>;
  /** In the order of the config; nodes in maintenance are left out. */
  edges: EdgeReading[];
  /** By node: what it says of the mesh; those that could not be asked are not in it. Undefined without a mesh. */
  mesh?: Record<string, MeshReading>;
}

/** A node's handshakes, or why they can't be read. */
export type MeshReading = { handshakes: Handshakes } | { problem: string };

/** What a manager said. */
export interface SwarmReading {
  kind: 'read';
  /** Name of the manager that was asked. */
  manager: string;
  nodes: SwarmNode[];
  /** Undefined before the first deploy. */
  edgeService?: { rollout?: { state: string; message: string } };
  /** The edges' tasks, the newest first. */
  edgeTasks: SwarmTask[];
  /** Pointer of the label; undefined before the first deploy. */
  label?: Pointer;
  /** Hash of the haproxy.cfg in the label. */
  haproxyCfg?: string;
  /** The slots that are Swarm services. */
  slots: SlotReading[];
}

/** Why no manager said anything. */
export interface SwarmMissing {
  /** `none`: the site has no Swarm yet. `unreadable`: there is one, or may be one, and it can't be read. */
  kind: 'none' | 'unreadable';
  why: string;
}

/** The Swarm service of one slot. */
export interface SlotReading {
  service: string;
  slot: SlotName;
  /** As its template has it: `repository:tag@sha256:…`. */
  image: string;
  /** The newest first. */
  tasks: SwarmTask[];
}

/** What the HAProxy on one node says of itself, whatever Swarm believes of it. */
export interface EdgeReading {
  node: string;
  worker?: WorkerInfo;
  /** Empty when it could not be asked. */
  stats: ServerStat[];
  /** Why there is no `worker`. */
  problem?: string;
}

/** The newest pointer that the label or an edge's map has: what runs, as far as anybody knows. */
export function runningPointer(reading: Pick<SiteReading, 'swarm' | 'edges'>): Pointer | undefined {
  const label = reading.swarm.kind === 'read' ? reading.swarm.label : undefined;
  const maps = reading.edges.flatMap(({ worker }) => worker?.pointer ?? []);
  return newestPointer(label ? [label, ...maps] : maps);
}
