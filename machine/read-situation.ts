import { runsOn } from '../config/runs-on';
import type { SiteConfig } from '../config/site-config';
import { backendName } from '../edge/haproxy-cfg';
import { RuntimeApi, type ServerStat } from '../edge/runtime-api';
import { messageOf, type SiteContact } from '../edge/site-contact';
import { readSiteState, type EdgeState, type SiteState } from '../edge/site-state';
import { isGood } from '../edge/stats-of-edges';
import { outNodeLabel } from '../edge/swarm-state';
import { isRolledOut } from '../release/is-rolled-out';
import { formatPointer, type Pointer } from '../release/pointer';
import type { NodeSituation, SiteSituation } from './node-situation';

/** What runs, and what follows from it for a machine that is to go. */
export interface Reading {
  state: SiteState;
  situation: SiteSituation;
}

/**
 * Looks at a site through a manager that answers.
 *
 * @param contact the node that is to go is in maintenance for it: another manager must answer.
 * @throws Error as `SiteContact.manager` does, and where nothing is deployed yet.
 */
export async function readSituation(site: SiteConfig, contact: SiteContact): Promise<Reading> {
  const state = await readSiteState(site, contact);
  if (!state?.edgeService || !state.label)
    throw new Error('The site has no edges yet: nothing is deployed. Run: pulumi up');
  const { label, nodes, edges } = state;
  const problems = new Map(edges.map((edge) => [edge.name, edgeProblem(edge, label)]));
  const serving = edges.filter((edge) => problems.get(edge.name) === undefined);
  const stats = await Promise.all(serving.map((edge) => statsOf(edge.name, contact)));
  const rollout = state.edgeService.rollout?.state;
  const situation = {
    nodes: site.nodes.map((node): NodeSituation => {
      const inSwarm = nodes.find((each) => each.name === node.name);
      const services = site.services.filter((service) => runsOn(service, node)).map(({ name }) => name);
      return {
        name: node.name,
        maintenance: node.maintenance,
        out: inSwarm?.labels[outNodeLabel],
        state: inSwarm?.state,
        availability: inSwarm?.availability,
        ...(node.roles.includes('edge') && {
          edge: { problem: problems.has(node.name) ? problems.get(node.name) : 'it is stopped' },
        }),
        services,
        healthy: services.filter((service) => {
          const backend = backendName(service, label.services[service]?.live ?? 'blue');
          return stats.length > 0 && stats.every((rows) => isHealthy(rows, backend, node.name));
        }),
      };
    }),
    // Those that vote. One that was lost with a quorum has the role still, and no part in Raft any more.
    managers: nodes
      .filter((each) => each.reachability !== undefined)
      .map((each) => ({
        name: each.name ?? each.hostname,
        reachable: each.state === 'ready' && each.reachability === 'reachable',
      })),
    demand: site.services.map(({ name, limits }) => ({
      service: name,
      requests: Math.max(
        0,
        ...stats.map((rows) => requestsIn(rows, backendName(name, label.services[name]?.live ?? 'blue'))),
      ),
      each: limits.maxConnections,
    })),
    rolls: Object.keys(label.services).filter((name) => label.services[name]!.rolling),
    ...(!isRolledOut(rollout) && { rollout }),
  };
  return { state, situation };
}

/** Why an edge does not serve what is live. */
export function edgeProblem({ worker, problem }: EdgeState, label: Pointer): string | undefined {
  if (!worker) return problem ?? 'has no edge';
  if (formatPointer(worker.pointer) === formatPointer(label)) return undefined;
  return `it has generation ${worker.pointer.generation}, and the label has ${label.generation}`;
}

/** An edge that does not answer finds nobody healthy: then nothing may go. */
async function statsOf(edge: string, contact: SiteContact): Promise<ServerStat[]> {
  try {
    return await new RuntimeApi(await contact.session(edge)).serverStats();
  } catch (error) {
    throw new Error(`${edge}: its edge can't be asked: ${messageOf(error)}`, { cause: error });
  }
}

/** HAProxy's own count for the whole backend: those that wait in a queue are among them. */
function requestsIn(rows: readonly ServerStat[], backend: string): number {
  return rows.find((row) => row.backend === backend && row.server === 'BACKEND')?.sessions ?? 0;
}

/** Whether an edge sends requests to a server, and its own check says that it is well. */
export function isHealthy(rows: readonly ServerStat[], backend: string, node: string): boolean {
  return rows.some((row) => row.backend === backend && row.server === node && isGood(row));
}
