import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeConfig, SiteConfig, SlotName } from '../config/site-config';
import { runsOn } from '../config/runs-on';
import { slotServiceName } from './candidate';
import type { SiteContact } from './site-contact';
import { readSiteState, type SiteState } from './site-state';
import { findService, setNodeLabels, type SwarmNode, type SwarmService } from './swarm-state';

/**
 * Label of a Swarm node that says which slot of a service with the strategy rolling it runs: `blue` or `green`. In the
 * Swarm's own log, so that whoever goes on with a roll finds how far it is.
 */
export function slotNodeLabel(service: string): string {
  return `evenkeel.slot.${service}`;
}

/** What keeps a slot of a service that rolls to the nodes that are to run it. */
export function slotConstraint(service: string, slot: SlotName): string {
  return `node.labels.${slotNodeLabel(service)}==${slot}`;
}

/** Which slot of a service a node runs; undefined: none of the two was given to it. */
export function slotOfNode({ labels }: Pick<SwarmNode, 'labels'>, service: string): SlotName | undefined {
  const slot = labels[slotNodeLabel(service)];
  return slot === 'blue' || slot === 'green' ? slot : undefined;
}

/** Whether a slot's Swarm service keeps to that label: one from before the service rolled runs on all of its nodes. */
export function isBound({ spec }: SwarmService, service: string, slot: SlotName): boolean {
  const template = spec.TaskTemplate;
  return template?.Placement?.Constraints?.includes(slotConstraint(service, slot)) ?? false;
}

/** Members that run another slot of a service that rolls than the one that shall be live, in words. */
export function strayFromSlot(
  { nodes, services, release }: Pick<SiteConfig, 'nodes' | 'services' | 'release'>,
  members: readonly Pick<SwarmNode, 'name' | 'labels'>[],
): string[] {
  return services
    .filter(({ strategy }) => strategy === 'rolling')
    .flatMap((service) => {
      const { live } = release.services[service.name]!;
      return nodes
        .filter((node) => runsOn(service, node))
        .flatMap(({ name }) => {
          const member = members.find((each) => each.name === name);
          const slot = member && slotOfNode(member, service.name);
          return !member || slot === live
            ? []
            : [`${name}: runs ${slot ?? 'no slot'} of ${service.name}, not ${live}`];
        });
    });
}

/**
 * Tells a node which slot of a service it runs.
 * @throws Error when the node is changed by others all the time.
 */
export async function setSlot(
  { manager }: Pick<SiteState, 'manager'>,
  nodeId: string,
  service: string,
  slot: SlotName | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      return await setNodeLabels(manager.docker, nodeId, { [slotNodeLabel(service)]: slot });
    } catch (error) {
      // Swarm, or somebody else, changed the node in between ("update out of sequence").
      if (attempt === 5) throw error;
      await sleep(500);
    }
}

/** Whether Swarm runs tasks on a node. */
export function isReady({ nodes }: SiteState, name: string): boolean {
  const found = nodes.find((node) => node.name === name);
  return found?.state === 'ready' && found.availability === 'active';
}

/** A machine that takes another one's place runs, of services that roll (or did when their live slot was made), what is live. */
export async function giveMissingSlots(
  node: NodeConfig,
  { nodes, services }: Pick<SiteConfig, 'nodes' | 'services'>,
  contact: SiteContact,
): Promise<void> {
  const state = (await readSiteState({ nodes }, contact))!;
  const member = state.nodes.find((each) => each.name === node.name);
  for (const { name } of services.filter((service) => runsOn(service, node))) {
    const live = state.label?.services[name]?.live;
    if (!member || !live || slotOfNode(member, name)) continue;
    const runs = await findService(state.manager.docker, slotServiceName(name, live));
    if (runs && isBound(runs, name, live)) await setSlot(state, member.id, name, live);
  }
}
