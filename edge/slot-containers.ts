import { setTimeout as sleep } from 'node:timers/promises';
import { dockerApi } from '../remote/docker-api';
import type { SiteContact } from './site-contact';

/**
 * The images that the nodes' own Dockers run of a Swarm service, without asking a manager: what there is to go by when
 * the Swarm has no quorum. A node that does not answer within `patience` ms is left out.
 *
 * @returns by node: `repository:tag@digest` of each running container.
 */
export async function slotContainers(
  contact: Pick<SiteContact, 'session'>,
  nodes: readonly string[],
  swarmService: string,
  patience: number,
): Promise<Record<string, string[]>> {
  const filters = { label: [`com.docker.swarm.service.name=${swarmService}`] };
  const found = await Promise.all(
    nodes.map(async (node): Promise<[string, string[]][]> => {
      const listed = contact
        .session(node)
        .then((session) => dockerApi(session, patience).listContainers({ filters }));
      const containers = await Promise.race([listed, sleep(patience, undefined)]).catch(() => undefined);
      return containers ? [[node, containers.map(({ Image }) => Image)]] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}
