import { setTimeout as sleep } from 'node:timers/promises';
import { runsOn } from '../config/runs-on';
import type { NodeConfig, SiteConfig } from '../config/site-config';
import { slotNames } from '../release/pointer';
import { backendName, bothSlots, rollingServer } from './haproxy-cfg';
import { RuntimeApi } from './runtime-api';
import type { SiteContact } from './site-contact';
import { unlessGone } from './unless-gone';

/** Pause between two looks, in ms. */
const pause = 300;

type ServerState = Parameters<RuntimeApi['setServerState']>[2];

/**
 * Makes edges send nothing more to a node's slots, and waits until no request is left there: first no new clients
 * (`drain`), then, when all is quiet or the drain time is over, nobody at all (`maint`). Before and after a reload alike:
 * old workers are told too.
 *
 * @param edges names of the nodes whose edges serve.
 * @throws Error when an edge can't be told: then it may go on sending requests there.
 */
export async function letGo(
  node: NodeConfig,
  site: SiteConfig,
  edges: readonly string[],
  contact: Pick<SiteContact, 'session'>,
  log: (line: string) => void,
): Promise<void> {
  const { drain: limit } = site.edge.timeouts;
  const until = Date.now() + limit;
  let said = '';
  for (;;) {
    await setServers('drain', node, site, edges, contact);
    const busy = (await Promise.all(edges.map((edge) => requestsAt(edge, node, site, contact)))).flat();
    if (busy.length === 0) break;
    const now = busy.join(', ');
    if (Date.now() > until) {
      log(`${node.name}: the drain time of ${limit / 1000} s is over; still there: ${now}`);
      break;
    }
    if (now !== said)
      log(`${node.name}: waiting up to ${Math.ceil((until - Date.now()) / 1000)} s for ${now}`);
    said = now;
    await sleep(pause);
  }
  await setServers('maint', node, site, edges, contact);
}

/** The backends that have a server on a node. */
export function backendsOn(node: NodeConfig, site: SiteConfig): string[] {
  return site.services
    .filter((service) => runsOn(service, node))
    .flatMap(({ name }) => slotNames.map((slot) => backendName(name, slot)));
}

/** Sets the state of all of a node's servers, in all workers of the given edges. @throws Error naming the edge that refuses. */
export async function setServers(
  state: ServerState,
  node: NodeConfig,
  site: SiteConfig,
  edges: readonly string[],
  contact: Pick<SiteContact, 'session'>,
): Promise<void> {
  await Promise.all(
    edges.map(async (edge) => {
      const api = new RuntimeApi(await contact.session(edge));
      for (const worker of await api.workers())
        for (const backend of backendsOn(node, site))
          await unlessGone(api, worker, api.setServerState(backend, node.name, state, worker));
    }),
  );
}

/** What an edge's workers still have in work on a node, in words; empty: nothing. @throws Error when the edge can't be asked */
export async function requestsAt(
  edge: string,
  node: NodeConfig,
  site: SiteConfig,
  contact: Pick<SiteContact, 'session'>,
): Promise<string[]> {
  const api = new RuntimeApi(await contact.session(edge));
  const workers = await api.workers();
  const rows = (await Promise.all(workers.map((worker) => api.serverStats(worker)))).flat();
  const services = site.services.filter((service) => runsOn(service, node));
  return services.flatMap(({ name }) =>
    slotNames.flatMap((slot) => {
      const backend = backendName(name, slot);
      const requests = rows
        .filter(
          (row) =>
            (row.backend === backend && row.server === node.name) ||
            // While the nodes roll, requests get to the slot through the backend of both.
            (row.backend === backendName(name, bothSlots) && row.server === rollingServer(node.name, slot)),
        )
        .reduce((sum, row) => sum + row.sessions, 0);
      return requests === 0
        ? []
        : [`${requests} ${requests === 1 ? 'request' : 'requests'} on ${backend} at ${edge}`];
    }),
  );
}
