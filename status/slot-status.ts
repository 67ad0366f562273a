import type { NodeConfig, ServiceRelease, SlotName } from '../config/site-config';
import { backendName } from '../edge/haproxy-cfg';
import type { ServerStat } from '../edge/runtime-api';
import { failedStates } from '../edge/swarm-state';
import { slotNames } from '../release/pointer';
import { swarmNodeOf } from './node-status';
import type { EdgeReading, SiteReading, SlotReading } from './site-reading';

/** What runs in one slot of a service, and how it is. */
export interface SlotStatus {
  slot: SlotName;
  /** Whether the public is sent to it. */
  live: boolean;
  /** Undefined: nobody knows a version for the digest, or the slot is empty. */
  version?: string;
  /** Digest (`sha256:…`) of the image that its Swarm service runs or, where that can't be read, of what the pointer has; undefined: empty. */
  digest?: string;
  /** Names of the nodes that should run it; none for an empty slot, and those in maintenance don't count. */
  wanted: string[];
  /** Those that every edge that answers finds healthy by its own check (L7OK); undefined: no edge answers. */
  healthy?: string[];
  /** By node, for the others of `wanted`: what the edges say, and what Swarm says of the task. */
  unhealthy: Record<string, string>;
}

/** Of what the status of a slot is made. */
export interface SlotQuestion {
  service: string;
  slot: SlotName;
  live: boolean;
  /** What the newest pointer says is in the slot. */
  pointerDigest?: string;
  release: ServiceRelease;
  /** The nodes of the service that are not in maintenance. */
  nodes: readonly NodeConfig[];
}

/** The status of one slot. */
export function slotStatus(question: SlotQuestion, reading: SiteReading): SlotStatus {
  const { service, slot, live, pointerDigest, release, nodes } = question;
  const swarm = reading.swarm.kind === 'read' ? reading.swarm : undefined;
  const runs = swarm?.slots.find((each) => each.service === service && each.slot === slot);
  const digest = (runs && digestOfImage(runs.image)) ?? pointerDigest;
  if (!digest) return { slot, live, wanted: [], unhealthy: {} };
  const version = versionOf(release, slot, digest) ?? (runs && tagOfImage(runs.image));
  const wanted = nodes.map(({ name }) => name);
  const common = { slot, live, ...(version && { version }), digest, wanted };
  const edges = reading.edges.filter(({ worker }) => worker);
  if (edges.length === 0) return { ...common, unhealthy: {} };
  const unhealthy: Record<string, string> = {};
  for (const node of wanted) {
    const says = edgesSay(edges, backendName(service, slot), node);
    if (says === undefined) continue;
    const task = swarm && runs && taskProblem(runs, swarmNodeOf(swarm.nodes, node)?.id);
    unhealthy[node] = [says, ...(task ? [task] : [])].join('; ');
  }
  return { ...common, healthy: wanted.filter((node) => unhealthy[node] === undefined), unhealthy };
}

/** The `sha256:…` of an image; undefined for one without. */
export function digestOfImage(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}

/** The version that the config knows a digest by: that of the slot itself, if it is the one, or else of wherever else it stands. */
function versionOf(release: ServiceRelease, slot: SlotName, digest: string): string | undefined {
  const { previous, replaced } = release;
  const known = [release[slot], ...slotNames.map((each) => release[each]), previous, replaced];
  return known.find((each) => each?.digest === digest)?.version;
}

/** The tag that an image was given: the version it had when it was put into the slot. */
function tagOfImage(image: string): string | undefined {
  return /:([^:/@]+)@/.exec(image)?.[1];
}

/** Undefined when all these edges find the server healthy; else what they find. */
function edgesSay(edges: readonly EdgeReading[], backend: string, node: string): string | undefined {
  const byFinding = new Map<string, string[]>();
  for (const edge of edges) {
    const row = edge.stats.find((each) => each.backend === backend && each.server === node);
    if (row && isHealthy(row)) continue;
    const finding = row ? `${row.status}, ${row.check.replace(/^\* /, '')}` : 'no such server';
    byFinding.set(finding, [...(byFinding.get(finding) ?? []), edge.node]);
  }
  if (byFinding.size === 0) return undefined;
  return [...byFinding]
    .map(([finding, names]) =>
      names.length === edges.length ? finding : `${finding} (says ${names.join(', ')})`,
    )
    .join('; ');
}

/** The check's own result, never the mere state UP, which a server has before its first check. `* ` is there while the next check runs. */
function isHealthy({ status, check }: ServerStat): boolean {
  return check.replace(/^\* /, '') === 'L7OK' && status.startsWith('UP');
}

/** What Swarm says of an unhealthy slot on a node. A task that is being started again, or just was, is told by what ended the one before. */
function taskProblem({ image, tasks }: SlotReading, nodeId: string | undefined): string | undefined {
  const own = tasks.filter((task) => task.nodeId === nodeId && task.image === image);
  const failed = own.find((task) => failedStates.has(task.state));
  if (failed) return `its task ${failed.state === 'failed' ? 'failed' : 'was rejected'}: ${failed.message}`;
  if (!own[0]) return 'Swarm has made no task of this image';
  return own[0].state === 'running' ? undefined : `its task is ${own[0].state}`;
}
