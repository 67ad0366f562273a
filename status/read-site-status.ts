import type { SiteConfig } from '../config/site-config';
import { slotServiceName } from '../edge/candidate';
import { haproxyLabel, pointerLabel } from '../edge/entry-command';
import { decodeHaproxyLabel } from '../edge/haproxy-label';
import { RuntimeApi } from '../edge/runtime-api';
import { messageOf, type Manager, type SiteContact } from '../edge/site-contact';
import { descriptionOf } from '../edge/site-state';
import {
  edgeServiceName,
  findService,
  imageOf,
  listNodes,
  listTasks,
  type SwarmService,
  type SwarmTask,
} from '../edge/swarm-state';
import { readHandshakes } from '../machine/mesh-handshakes';
import { parsePointer, slotNames } from '../release/pointer';
import type {
  EdgeReading,
  MeshReading,
  SiteReading,
  SlotReading,
  SwarmMissing,
  SwarmReading,
} from './site-reading';
import { within } from './within';

/** How long an edge may take to answer once its machine has let us in, in ms. */
const edgeLimit = 5000;

/** How long the reading of the Swarm may take, in ms: 5 s for a manager that is dead and does not let us in, then the reading itself. */
const swarmLimit = 8000;

/**
 * Reads all there is to know of a site, everything at the same time and each machine over one SSH session. What can't be
 * read is said in the result: without a quorum, say, there still are the edges and their maps.
 *
 * Takes under a second when all is well; with a machine that is dead, the 5 s that it has to let us in.
 */
export async function readSite(config: SiteConfig, contact: SiteContact): Promise<SiteReading> {
  const [swarm, unreachable, edges, mesh] = await Promise.all([
    readSwarm(config, contact),
    readReachability(config, contact),
    readEdges(config, contact),
    config.mesh && readMeshes(config, contact),
  ]);
  return { at: new Date().toISOString(), swarm, unreachable, edges, ...(mesh && { mesh }) };
}

/** The maps and checks of all edges, in the order of the config; those in maintenance are not asked. */
function readEdges(
  config: Pick<SiteConfig, 'nodes'>,
  contact: Pick<SiteContact, 'session'>,
): Promise<EdgeReading[]> {
  const edges = config.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
  return Promise.all(
    edges.map(async ({ name }): Promise<EdgeReading> => {
      try {
        const api = new RuntimeApi(await contact.session(name));
        const asked = Promise.all([api.info(), api.serverStats()]);
        const [worker, stats] = await within(edgeLimit, `${name}: its HAProxy`, asked);
        return { node: name, worker, stats };
      } catch (error) {
        return { node: name, stats: [], problem: messageOf(error) };
      }
    }),
  );
}

/** What each node that lets us in says of the mesh; those in maintenance are not asked. */
async function readMeshes(
  config: Pick<SiteConfig, 'nodes'>,
  contact: Pick<SiteContact, 'session'>,
): Promise<Record<string, MeshReading>> {
  const found = await Promise.all(
    config.nodes
      .filter(({ maintenance }) => !maintenance)
      .map(async ({ name }): Promise<[string, MeshReading][]> => {
        const session = await contact.session(name).catch(() => undefined);
        if (!session) return []; // which is said already
        try {
          return [
            [name, { handshakes: await within(edgeLimit, `${name}: its mesh`, readHandshakes(session)) }],
          ];
        } catch (error) {
          return [[name, { problem: messageOf(error) }]];
        }
      }),
  );
  return Object.fromEntries(found.flat());
}

async function readReachability(
  config: SiteConfig,
  contact: SiteContact,
): Promise<SiteReading['unreachable']> {
  const asked = config.nodes.filter((node) => !node.maintenance);
  const failures = await Promise.all(
    asked.map(({ name }) =>
      contact.session(name).then(
        () => [],
        (error: unknown) => [[name, messageOf(error)] as const],
      ),
    ),
  );
  return Object.fromEntries(failures.flat());
}

async function readSwarm(config: SiteConfig, contact: SiteContact): Promise<SwarmReading | SwarmMissing> {
  const asked = (async () => {
    const manager = await contact.manager(0);
    return manager && (await readThrough(manager, config));
  })();
  try {
    const swarm = await within(swarmLimit, 'The Swarm', asked);
    return swarm ?? { kind: 'none', why: 'no manager of this site is in a Swarm yet' };
  } catch (error) {
    return { kind: 'unreadable', why: messageOf(error) };
  }
}

async function readThrough({ name, docker }: Manager, config: SiteConfig): Promise<SwarmReading> {
  const [nodes, edges, slots] = await Promise.all([
    listNodes(docker),
    readService(docker, edgeServiceName),
    Promise.all(
      config.services.flatMap((service) =>
        slotNames.map(async (slot): Promise<SlotReading[]> => {
          const found = await readService(docker, slotServiceName(service.name, slot));
          return found
            ? [{ service: service.name, slot, image: imageOf(found.service) ?? '', tasks: found.tasks }]
            : [];
        }),
      ),
    ),
  ]);
  const label = edges?.service.labels[pointerLabel];
  const cfg = edges?.service.labels[haproxyLabel];
  return {
    kind: 'read',
    manager: name,
    nodes,
    ...(edges && { edgeService: { rollout: edges.service.rollout } }),
    edgeTasks: edges?.tasks ?? [],
    ...(label && { label: parsePointer(label) }),
    ...(cfg && { haproxyCfg: descriptionOf(decodeHaproxyLabel(cfg)) }),
    slots: slots.flat(),
  };
}

/** A service and its tasks; the tasks last, so that one that was made meanwhile is among them. */
async function readService(
  docker: Manager['docker'],
  name: string,
): Promise<{ service: SwarmService; tasks: SwarmTask[] } | undefined> {
  const service = await findService(docker, name);
  return service && { service, tasks: await listTasks(docker, name) };
}
