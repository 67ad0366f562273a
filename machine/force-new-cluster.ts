import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeConfig } from '../config/site-config';
import { flip } from '../edge/flip';
import { backendName } from '../edge/haproxy-cfg';
import { raiseLabel } from '../edge/raise-label';
import { readLabel } from '../edge/read-label';
import { RuntimeApi } from '../edge/runtime-api';
import type { SiteContact } from '../edge/site-contact';
import { edgeServiceName, listNodes } from '../edge/swarm-state';
import type { Pointer } from '../release/pointer';
import { dockerApi } from '../remote/docker-api';
import { swarmAddresses } from './swarm-addresses';
import { waitUntil } from './wait-until';

/** Longest wait for the new Swarm to answer, in ms: Docker starts its part of the Swarm anew, 1 s on the lab. */
const answerTime = 60_000;

/** Longest wait for the edge of the survivor, which is born again, in ms: 3 s on the lab; on a new disk it fetches its images. */
const edgeTime = 300_000;

/** How long an edge that was there before may go on before it is taken to stay, in ms: Docker ends it within 1 s. */
const stayTime = 10_000;

/** Longest wait for the other machines to take up with the new Swarm, in ms: up to 30 s on the lab. */
const followTime = 90_000;

/** What came of it. */
export interface RecoveredSwarm {
  /** The generation that the survivor's state had in its label. */
  labelWas: number;
  /** Generation of the label now. */
  generation: number;
  /** Milliseconds from the order to the new Swarm's first answer. */
  ms: number;
  /** Milliseconds from the order until the survivor's edge served again; undefined where it has none. */
  edgeMs?: number;
}

/**
 * Makes the survivor the only manager of a Swarm that has all that the old one had (`docker swarm init
 * --force-new-cluster`), and brings its label up to the newest pointer that is known, before an edge can be born with an
 * older one.
 *
 * Docker ends and starts all tasks of that one machine (measured: it stops its part of the Swarm, which removes its
 * containers); those of the others go on.
 *
 * @param newest pointer that any edge serves, or that is to be served after a backup; undefined: the label's.
 */
export async function forceNewCluster(
  survivor: NodeConfig,
  newest: Pointer | undefined,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<RecoveredSwarm> {
  const docker = dockerApi(await contact.session(survivor.name), answerTime);
  const container = await edgeContainer(survivor.name, contact).catch(() => undefined);
  const began = performance.now();
  await docker.swarmInit({ ...swarmAddresses(survivor), ForceNewCluster: true });
  await patiently(answerTime, `${survivor.name}: its new Swarm does not answer`, async () => {
    const nodes = await listNodes(docker);
    // Docker makes such a Swarm of a state that was copied while the machine was joining (machine/manager-to-copy.ts).
    if (!nodes.some(({ leader }) => leader))
      throw new Error(
        'it has no managers, so nobody can join it: this state was copied before the machine had all of it. Take an older backup, ' +
          `or one of another manager; before that, on ${survivor.name}: docker swarm leave --force`,
      );
  });
  const ms = performance.now() - began;
  log(`${survivor.name}: is the manager of the new Swarm after ${Math.round(ms)} ms`);
  const before = newest ? await raiseLabel(docker, newest) : await readLabel(docker);
  const labelWas = before?.generation ?? 0;
  const generation = Math.max(labelWas, newest?.generation ?? 0);
  if (labelWas < generation) log(`the label had generation ${labelWas}; it has ${generation} now`);
  const result = { labelWas, generation, ms };
  if (!survivor.roles.includes('edge')) return result;
  await awaitEdge(survivor.name, container, newest, contact);
  const edgeMs = performance.now() - began;
  log(`${survivor.name}: its edge serves again ${Math.round(edgeMs)} ms after the order`);
  return { ...result, edgeMs };
}

async function edgeContainer(name: string, contact: SiteContact): Promise<string> {
  return (await new RuntimeApi(await contact.session(name)).info()).container;
}

/**
 * Waits until the edge is born again, finds a healthy server, and is on the newest pointer. The old one may answer for a
 * second more; a Docker that lets it live is taken at its word after `stayTime`.
 */
async function awaitEdge(
  name: string,
  former: string | undefined,
  newest: Pointer | undefined,
  contact: SiteContact,
): Promise<void> {
  const began = Date.now();
  const what = `${name}: its edge does not come back. See: docker service ps ${edgeServiceName}`;
  await patiently(edgeTime, what, async () => {
    const api = new RuntimeApi(await contact.session(name));
    const { pointer, container } = await api.info();
    if (container === former && Date.now() < began + stayTime) throw new Error('it is still the former one');
    // Swarm may have made the task in the moment before the label was written.
    if (newest && pointer.generation < newest.generation) await flip([name], newest, contact);
    const stats = await api.serverStats();
    for (const [service, { live }] of Object.entries(pointer.services)) {
      const backend = backendName(service, live);
      // Before its first check a server counts as UP without being so.
      if (
        !stats.some((row) => row.backend === backend && row.status.startsWith('UP') && row.check === 'L7OK')
      )
        throw new Error(`no server of ${live} of ${service} is up yet`);
    }
  });
}

/**
 * Waits for the machines that were in the old Swarm: they find the survivor by themselves, keep their tasks, and those
 * that were managers are made managers again by Swarm.
 *
 * @returns those that have not come within the time.
 */
export async function awaitFollowers(
  survivor: string,
  names: readonly string[],
  contact: SiteContact,
): Promise<string[]> {
  const docker = dockerApi(await contact.session(survivor));
  const until = Date.now() + followTime;
  for (;;) {
    const nodes = await listNodes(docker).catch(() => []); // no leader while a manager comes in
    const missing = names.filter((name) => {
      const node = nodes.find((each) => each.name === name);
      return node?.state !== 'ready' || (node.role === 'manager' && node.reachability !== 'reachable');
    });
    if (missing.length === 0 || Date.now() > until) return missing;
    await sleep(500);
  }
}

/** Until a look does not fail; often, since how long that takes is told. */
async function patiently(limit: number, what: string, look: () => Promise<unknown>): Promise<void> {
  const left = await waitUntil(
    async () => void (await look()),
    limit,
    () => undefined,
    100,
  );
  if (left !== undefined) throw new Error(`${what} (${limit / 1000} s): ${left}`);
}
