import { setTimeout as sleep } from 'node:timers/promises';
import { releaseImage, slotServiceName, type Candidate } from './candidate';
import { backendName } from './haproxy-cfg';
import { RuntimeApi } from './runtime-api';
import { slotRequest } from './slot-request';
import { messageOf, type SiteContact } from './site-contact';
import type { SiteState } from './site-state';
import { listNodes, listTasks } from './swarm-state';
import { formatTaskLog, taskLog } from './task-log';
import type { WantedRelease } from './wanted-release';

/** How long a running candidate may take until it is healthy everywhere, in ms. With the wait for failing tasks it stays under the minute that issue A allows. */
export const healthTime = 30_000;

/** Pause between two looks, in ms. */
const pause = 500;

/**
 * Waits until every edge's own check of every one of the candidate's servers is L7OK. Never the mere state UP: HAProxy
 * calls a server UP before its first check. Before the first deploy there are no edges: then the slot is asked on each node.
 *
 * @param nodes names of the nodes on which the candidate runs.
 * @returns names of the nodes that are healthy: those given, without any that died meanwhile.
 * @throws Error naming who finds what unhealthy, with the last lines of the candidate's log.
 */
export async function waitForHealth(
  candidate: Candidate,
  nodes: readonly string[],
  wanted: WantedRelease,
  contact: SiteContact,
  state: SiteState,
  log: (line: string) => void,
): Promise<string[]> {
  const name = slotServiceName(candidate.service.name, candidate.slot);
  const edges = state.edges.filter((edge) => edge.worker).map((edge) => edge.name);
  const runsOurCfg = state.edges.every(
    (edge) => !edge.worker || edge.worker.haproxyCfg === wanted.haproxyCfg,
  );
  // A haproxy.cfg that is about to be replaced may not know these servers yet.
  const look =
    edges.length > 0 && runsOurCfg
      ? (living: string[], ready: ReadonlySet<string>) =>
          unhealthyForEdges(
            candidate,
            living,
            edges.filter((edge) => ready.has(edge)),
            contact,
          )
      : (living: string[]) => unhealthyOnNodes(candidate, living, contact);
  const until = Date.now() + healthTime;
  let said = '';
  for (;;) {
    // A machine that dies meanwhile is called Down by Swarm after some 10 s, and is not waited for.
    const listed = await listNodes(state.manager.docker);
    const ready = new Set(listed.flatMap((node) => (node.state === 'ready' && node.name ? [node.name] : [])));
    const living = nodes.filter((node) => ready.has(node));
    const unhealthy =
      living.length === 0 ? [`none of ${nodes.join(', ')} is ready`] : await look(living, ready);
    if (unhealthy.length === 0) return living;
    if (Date.now() > until) throw await unhealthyError(candidate, unhealthy, state);
    const now =
      unhealthy.length === 1 ? unhealthy[0]! : `${unhealthy.length} checks fail, e.g. ${unhealthy[0]}`;
    if (now !== said) log(`${name}: not healthy yet: ${now}`);
    said = now;
    await sleep(pause);
  }
}

async function unhealthyForEdges(
  { service, slot }: Candidate,
  nodes: readonly string[],
  edges: readonly string[],
  contact: SiteContact,
): Promise<string[]> {
  const perEdge = await Promise.all(
    edges.map(async (edge) => {
      const stats = await contact
        .session(edge)
        .then((session) => new RuntimeApi(session).serverStats())
        .catch(messageOf);
      if (typeof stats === 'string') return [stats];
      return nodes.flatMap((node) => {
        const row = stats.find(
          (each) => each.backend === backendName(service.name, slot) && each.server === node,
        );
        const good = row?.check === 'L7OK' && row.status === 'UP';
        return good
          ? []
          : [`${edge} says of ${node}: ${row ? `${row.status}, ${row.check}` : 'no such server'}`];
      });
    }),
  );
  return perEdge.flat();
}

async function unhealthyOnNodes(
  candidate: Candidate,
  nodes: readonly string[],
  contact: SiteContact,
): Promise<string[]> {
  const perNode = await Promise.all(
    nodes.map(async (node) => {
      try {
        const status = await slotRequest(await contact.session(node), candidate.service, candidate.slot);
        return status >= 200 && status < 400
          ? []
          : [`${node} answers ${candidate.service.health.path} with ${status}`];
      } catch (error) {
        return [`${node}: ${messageOf(error)}`];
      }
    }),
  );
  return perNode.flat();
}

async function unhealthyError(
  { service, slot, release }: Candidate,
  unhealthy: readonly string[],
  state: SiteState,
): Promise<Error> {
  const { docker } = state.manager;
  const name = slotServiceName(service.name, slot);
  // What ran in the slot before may have failed too, for reasons of its own.
  const tasks = (await listTasks(docker, name)).filter(
    (task) => task.image === releaseImage(service, release),
  );
  const telling = tasks.find((task) => task.state === 'failed') ?? tasks[0];
  const lines = telling ? await taskLog(docker, telling.id) : [];
  return new Error(
    `${name} is not healthy after ${healthTime / 1000} s:\n` +
      unhealthy.map((line) => `  ${line}\n`).join('') +
      formatTaskLog(lines) +
      `The public was not touched. Put a version that works into the slot, and run pulumi up.`,
  );
}
