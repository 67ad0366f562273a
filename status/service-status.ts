import { siteOutputs } from '../components/site-outputs';
import type {
  Hold,
  Release,
  ServiceConfig,
  ServiceRelease,
  SiteConfig,
  SlotName,
} from '../config/site-config';
import { backendName, serviceNodes } from '../edge/haproxy-cfg';
import { slotOfNode } from '../edge/slot-of-node';
import { candidateOf, idleSlot } from '../release/candidate-of';
import type { Pointer } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { planRollback } from '../release/rollback-plan';
import { runningPointer, type EdgeReading, type SiteReading } from './site-reading';
import { swarmNodeOf } from './node-status';
import { slotStatus, type SlotStatus } from './slot-status';

/** One service: what the public gets, what waits beside it, and where a rollback would lead. */
export interface ServiceStatus {
  name: string;
  /** Where the public reaches it. */
  url: string;
  /** Where the candidate is looked at; undefined: the service has no preview address. */
  preview?: string;
  /** Whether the newest pointer knows it; if not, live slot and canary are what the config asks for. */
  deployed: boolean;
  live: SlotName;
  /** Share of the clients on the idle slot, in per cent. */
  canary: number;
  /** True while the edges answer the public with 503. */
  maintenance: boolean;
  slots: Record<SlotName, SlotStatus>;
  candidate?: CandidateStatus;
  rollback: RollbackStatus | NoRollback;
  /** Why nobody can release it; undefined: everybody can. */
  hold?: Hold;
}

/** What the config has as the candidate. */
export interface CandidateStatus {
  slot: SlotName;
  version: string;
  digest: string;
  /** Whether the slot runs it. */
  deployed: boolean;
}

/** What `evenkeel rollback` would bring the public. */
export interface RollbackStatus {
  slot: SlotName;
  version: string;
  digest: string;
  /** True when the config asks for a switch that no edge knows yet: then a rollback leaves the public where it is. */
  callsOff: boolean;
}

/** Why there is no rollback. */
export interface NoRollback {
  none: string;
}

/** The services, in the order of the config. */
export function serviceStatuses(config: SiteConfig, reading: SiteReading): ServiceStatus[] {
  const running = runningPointer(reading);
  const outputs = siteOutputs(config, { pending: [] }).services;
  return config.services.map((service) => {
    const { name } = service;
    const release = config.release.services[name]!;
    const runs = running?.services[name];
    const live = runs?.live ?? release.live;
    const nodes = serviceNodes(config, service).filter((node) => !node.maintenance);
    const slot = (slot: SlotName) => {
      const own = nodes.filter((node) => runsSlot(service, slot, live, node.name, reading));
      const question = { service: name, slot, live: slot === live, release, nodes: own };
      return slotStatus({ ...question, pointerDigest: runs?.digests[slot] }, reading);
    };
    const slots = { blue: slot('blue'), green: slot('green') };
    const candidate = candidateOf(release);
    const { url, preview } = outputs[name]!;
    return {
      name,
      url,
      ...(preview && { preview }),
      deployed: runs !== undefined,
      live,
      canary: runs?.canary ?? release.canary,
      maintenance: runs ? runs.maintenance === true : release.maintenance === true,
      slots,
      ...(candidate && { candidate: candidateStatus(candidate, release, slots) }),
      rollback: rollbackStatus(config, service, running, slots, reading.edges),
      ...(release.hold && { hold: release.hold }),
    };
  });
}

/** Of a service that rolls, each node runs one slot: what its label says or, where that can't be read, the live one. */
function runsSlot(
  { name, strategy }: ServiceConfig,
  slot: SlotName,
  live: SlotName,
  node: string,
  { swarm }: SiteReading,
): boolean {
  if (strategy !== 'rolling') return true;
  const member = swarm.kind === 'read' ? swarmNodeOf(swarm.nodes, node) : undefined;
  return ((member && slotOfNode(member, name)) ?? live) === slot;
}

function candidateStatus(
  { version, digest }: Release,
  release: ServiceRelease,
  slots: ServiceStatus['slots'],
): CandidateStatus {
  const slot = idleSlot(release);
  return { slot, version, digest, deployed: slots[slot].digest === digest };
}

/** By the very plan that a rollback would carry out, so that the two can't say different things. */
function rollbackStatus(
  { release }: SiteConfig,
  { name, strategy }: ServiceConfig,
  running: Pointer | undefined,
  slots: ServiceStatus['slots'],
  edges: readonly EdgeReading[],
): RollbackStatus | NoRollback {
  const runs = running?.services[name];
  if (!running || !runs) return { none: 'no edge and no label knows this service' };
  try {
    const plan = planRollback(release, name, running, { at: '', by: '' });
    const { live } = plan.pointer.services[name]!;
    const target = slots[live];
    const digest = plan.pointer.services[name]!.digests[live]!;
    const callsOff = live === runs.live;
    // What rolls runs nowhere before it is rolled back to.
    const sick = callsOff
      ? undefined
      : whyNotThere(name, target, digest, strategy === 'rolling' ? [] : edges);
    return sick ? { none: sick } : { slot: live, version: plan.to, digest, callsOff };
  } catch (error) {
    if (error instanceof Refusal) return { none: error.message };
    throw error;
  }
}

/** As `rollBackEdges` does, a rollback is refused when the slot has another image meanwhile, or no edge finds a server of it that is up. */
function whyNotThere(
  service: string,
  { slot, digest }: SlotStatus,
  wants: string,
  edges: readonly EdgeReading[],
): string | undefined {
  if (digest !== wants)
    return `${slot} runs ${digest ?? 'nothing'}, not ${wants}, which was live before: a release has begun to change it`;
  const servers = edges.flatMap(({ stats }) =>
    stats.filter((row) => row.backend === backendName(service, slot) && row.server !== 'BACKEND'),
  );
  const answering = edges.some(({ worker }) => worker);
  if (answering && !servers.some(({ status }) => status.startsWith('UP')))
    return `no edge finds a healthy server of ${slot}, which holds what was live before`;
  return undefined;
}
