import type { SiteConfig, SlotName } from '../config/site-config';
import { slotServiceName } from '../edge/candidate';
import { serviceNodes } from '../edge/haproxy-cfg';
import { RuntimeApi } from '../edge/runtime-api';
import type { SiteContact } from '../edge/site-contact';
import { otherSlot } from '../release/pointer';
import { dockerApi } from '../remote/docker-api';
import type { SlotLogSource } from './last-of-node';
import { namedService } from './named-service';
import { within } from './within';

/** A slot whose log is wanted. */
export interface LoggedSlot {
  service: string;
  slot: SlotName;
  live: boolean;
  /** What the config has in it; undefined: nothing. */
  version?: string;
}

/** How long the edges may take to say which slot is live, in ms. */
const limit = 6000;

/**
 * The live slot of a service, or its idle one. What is live is what the first edge that answers says; where none
 * does, what the config says.
 *
 * @throws Error for a service that the site does not have.
 */
export async function loggedSlot(
  config: SiteConfig,
  contact: Pick<SiteContact, 'session'>,
  service: string,
  candidate: boolean,
): Promise<LoggedSlot> {
  const { name } = namedService(config, service);
  const release = config.release.services[name]!;
  const edges = config.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
  const asked = Promise.any(
    edges.map(async (edge) => {
      const { pointer } = await new RuntimeApi(await contact.session(edge.name)).info();
      return pointer.services[name]?.live;
    }),
  );
  const said = await within(limit, 'The edges', asked).catch(() => undefined);
  const live = said ?? release.live;
  const slot = candidate ? otherSlot(live) : live;
  const version = release[slot]?.version;
  return { service: name, slot, live: slot === live, ...(version && { version }) };
}

/** Where the log of a slot is: on the nodes of the service that are not in maintenance. */
export function logSource(
  config: SiteConfig,
  contact: Pick<SiteContact, 'session'>,
  { service, slot }: Pick<LoggedSlot, 'service' | 'slot'>,
): SlotLogSource {
  const nodes = serviceNodes(config, namedService(config, service)).filter((node) => !node.maintenance);
  return {
    swarmService: slotServiceName(service, slot),
    nodes: nodes.map(({ name }) => name),
    // A container may print nothing for hours, so there is no limit on silence.
    docker: async (node) => dockerApi(await contact.session(node), 0),
  };
}
