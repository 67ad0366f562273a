import type { SiteConfig, SlotName } from '../config/site-config';
import { edgeTemplateHash } from '../edge/edge-template';
import { templateLabel } from '../edge/entry-command';
import { messageOf, SiteContact } from '../edge/site-contact';
import { descriptionOf, driftOf, edgeDifferences, readSiteState, type SiteState } from '../edge/site-state';
import { slotServiceName } from '../edge/candidate';
import { strayFromSlot } from '../edge/slot-of-node';
import {
  definitionLabel,
  findService,
  outNodeLabel,
  type SwarmNode,
  type SwarmService,
} from '../edge/swarm-state';
import { meshSite } from '../machine/mesh-conf';
import { meshDifferences, readMesh } from '../machine/mesh-state';
import { swarmElsewhere } from '../machine/swarm-elsewhere';
import { compare, differences } from '../release/compare';
import { pointerFromConfig, slotNames } from '../release/pointer';
import { halfRolled } from '../release/rolls';
import { firstManager } from './first-manager';
import { observeCertificate } from './observe-certificate';
import type { TlsMaterial } from './read-tls-files';
import { refusal } from './refusal';
import { wantedDefinition } from './service-pair';
import { type Observation, servesTls } from './site';

/** What `observe` found. */
export interface Observed extends Observation {
  /** Why this config must not be taken; the program stops on any, before it registers a resource. */
  refusals: string[];
  /**
   * What a person should see before it happens: the lines of the pointer that this release changes or, where it changes
   * none, in which ways the edges are not as wanted. Empty before the first deploy and when all is well, but for how long a
   * certificate is still good.
   */
  news: string[];
  /** What config wants of slots that are live now: it waits for their next turn. One sentence each. */
  pending: string[];
}

/**
 * Reads the running site over SSH and compares it with the config, at the start of each preview and `up`, so that what
 * would hurt is refused before anything is touched.
 *
 * @param material of TLS, where the site has it.
 * @throws Error as `SiteContact.manager` does.
 */
export async function observe(
  config: SiteConfig,
  haproxyCfg: string,
  secrets: Record<string, string>,
  material?: TlsMaterial,
): Promise<Observed> {
  const contact = new SiteContact(config.nodes);
  try {
    const state = await readSiteState(config, contact).catch((error: unknown) => {
      throw refusal(messageOf(error));
    });
    const pointer = pointerFromConfig(config.release);
    const template = state?.edgeService?.labels[templateLabel];
    const { refusals, frozen } = compare(pointer, {
      label: state?.label,
      edges: state?.edges.flatMap((edge) => edge.worker?.pointer ?? []) ?? [],
      rollout: state?.edgeService?.rollout?.state,
      templateChanges: template !== undefined && template !== edgeTemplateHash(config.edge),
    });
    const certificate =
      material && servesTls(config) ? await observeCertificate(config, material, state, contact) : undefined;
    const tls = certificate && { certificate };
    const days = certificate ? [certificate.plan.news] : [];
    if (!state)
      return {
        manager: firstManager(config.nodes).name,
        astray: [],
        meshDrift: await driftOfMesh(config, [], contact),
        frozen,
        updates: [],
        attached: {},
        drift: '',
        news: days,
        refusals,
        pending: [],
        ...tls,
      };
    const isFrozen = ({ service, slot }: Slot) => frozen[service]?.includes(slot) ?? false;
    const { slots, born } = await runningSlots(config, secrets, state);
    const changes = slots.filter(({ changed }) => changed);
    const updates = [...changes, ...born].filter((slot) => !isFrozen(slot));
    const wanted = { pointer, haproxyCfg: descriptionOf(haproxyCfg) };
    const astray = await strayNodes(config, state.nodes, contact);
    // A node that comes back gets an edge of its own only after it has joined: the switchover is to wait for that one.
    const returns = astray.map((name) => `${name}: joins the Swarm`);
    const meshDrift = await driftOfMesh(config, state.nodes, contact);
    const drift = state.edgeService
      ? [...edgeDifferences(state, wanted), ...returns, ...strayFromSlot(config, state.nodes)]
      : [];
    const released = state.label ? differences(state.label, pointer) : [];
    return {
      manager: state.manager.name,
      astray,
      meshDrift,
      frozen,
      updates: updates.map(({ service, slot }) => `${service}/${slot}`),
      attached: Object.fromEntries(slots.map(({ service, slot, files }) => [`${service}/${slot}`, files])),
      drift: driftOf(drift),
      news: [
        ...(released.length > 0 ? released : drift),
        ...meshDrift,
        ...outOfService(config, state.nodes),
        ...days,
      ],
      refusals: [
        ...refusals,
        ...halfRolled(config, state.label),
        ...(await swarmElsewhere(config, state.nodes, contact)),
      ],
      pending: changes
        .filter(isFrozen)
        .map(
          ({ service, slot }) =>
            `${slot} of ${service} is live: what the config changes in it waits until it is idle`,
        ),
      ...tls,
    };
  } finally {
    contact.close();
  }
}

interface Slot {
  service: string;
  slot: SlotName;
}

interface RunningSlot extends Slot {
  /** The config wants it otherwise. */
  changed: boolean;
  /** Names, under /run/secrets, of the secrets that it has. */
  files: string[];
}

/**
 * The slots that run, and those that are about to be made for a service that runs: its first candidate comes into one, and
 * has its hook `beforePrerelease` as any other.
 */
async function runningSlots(
  config: SiteConfig,
  secrets: Record<string, string>,
  { manager, label }: SiteState,
): Promise<{ slots: RunningSlot[]; born: Slot[] }> {
  const born: Slot[] = [];
  const slots = config.services.flatMap((service) => slotNames.map((slot) => ({ service, slot })));
  const running = await Promise.all(
    slots.map(async ({ service, slot }): Promise<RunningSlot[]> => {
      const wants = wantedDefinition(service, config.release.services[service.name]!, slot, secrets);
      const runs = await findService(manager.docker, slotServiceName(service.name, slot));
      if (!runs) {
        if (wants !== undefined && label?.services[service.name]) born.push({ service: service.name, slot });
        return [];
      }
      const changed = wants !== undefined && runs.labels[definitionLabel] !== wants;
      return [{ service: service.name, slot, changed, files: secretFiles(runs) }];
    }),
  );
  return { slots: running.flat(), born };
}

function secretFiles({ spec }: SwarmService): string[] {
  const template = spec.TaskTemplate as
    { ContainerSpec?: { Secrets?: { File?: { Name?: string } }[] } } | undefined;
  return (template?.ContainerSpec?.Secrets ?? []).flatMap(({ File }) =>
    File?.Name ? [File.Name.replace(/^\/run\/secrets\//, '')] : [],
  );
}

/** Nodes that were taken out of service, and that the config does not say so of: another checkout does, or a reboot is under way. */
function outOfService(config: SiteConfig, nodes: readonly SwarmNode[]): string[] {
  const expected = new Set(config.nodes.filter((node) => !node.maintenance).map((node) => node.name));
  return nodes.flatMap(({ name, labels }) =>
    name && expected.has(name) && labels[outNodeLabel]
      ? [
          `${name}: is left alone, since it is out of service: ${labels[outNodeLabel]}. To bring it back: evenkeel node ${name} resume`,
        ]
      : [],
  );
}

/**
 * Nodes that should be members and are not: the Swarm does not list them, or it calls them down and the machine itself,
 * asked over SSH, says that it is not that member (new Docker, left by hand). A machine that can't be asked is no stray, nor is
 * one that was taken out of service on purpose.
 */
async function strayNodes(
  config: SiteConfig,
  nodes: readonly SwarmNode[],
  contact: SiteContact,
): Promise<string[]> {
  const strayed = await Promise.all(
    config.nodes
      .filter((node) => !node.maintenance)
      .map(async ({ name }) => {
        const listed = nodes.filter((each) => each.name === name);
        if (listed.some((each) => each.state === 'ready' || each.labels[outNodeLabel] !== undefined))
          return [];
        if (listed.length === 0) return [name];
        const id = await contact.swarmNodeId(name).catch(() => undefined);
        return id === undefined || listed.some((each) => each.id === id) ? [] : [name];
      }),
  );
  return strayed.flat();
}

/** In which ways the mesh is not as it should be; nothing without a mesh. */
async function driftOfMesh(
  config: SiteConfig,
  nodes: readonly SwarmNode[],
  contact: SiteContact,
): Promise<string[]> {
  const site = meshSite(config);
  if (!site) return [];
  const members = nodes.flatMap(({ name }) => name ?? []);
  return meshDifferences(site, await readMesh(site, contact), members);
}
