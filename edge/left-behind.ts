import type { Candidate } from './candidate';
import { backendName, serviceNodes } from './haproxy-cfg';
import { RuntimeApi } from './runtime-api';
import type { SiteContact } from './site-contact';
import type { SiteState } from './site-state';
import type { WantedRelease } from './wanted-release';

/**
 * Nodes on which Swarm does not run the candidate (it calls them Down), and whose slot some edge finds healthy all the
 * same: what answers there is what the slot had before, and the edges would send clients to it. Down is not dead.
 *
 * @param proven names of the nodes on which the candidate runs.
 */
export async function leftBehind(
  { service, slot }: Candidate,
  proven: readonly string[],
  wanted: WantedRelease,
  contact: SiteContact,
  state: SiteState,
): Promise<string[]> {
  const others = serviceNodes({ ...wanted.site, release: wanted.release }, service)
    .map((node) => node.name)
    .filter((name) => !proven.includes(name));
  if (others.length === 0) return [];
  const perEdge = await Promise.all(
    state.edges
      .filter((edge) => edge.worker)
      .map(async (edge) => {
        const session = await contact.session(edge.name).catch(() => undefined); // it died: it sends nobody anywhere
        return session ? new RuntimeApi(session).serverStats() : [];
      }),
  );
  const rows = perEdge.flat().filter((row) => row.backend === backendName(service.name, slot));
  return others.filter((name) => rows.some((row) => row.server === name && row.status.startsWith('UP')));
}
