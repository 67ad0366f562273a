import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteConfig, SlotName } from '../config/site-config';
import { formatPointer, otherSlot, type Pointer, type Rolling } from '../release/pointer';
import { pointerLabel } from './entry-command';
import { flip } from './flip';
import type { SiteContact } from './site-contact';
import { readSiteState, type EdgeState } from './site-state';
import { slotServiceName } from './candidate';
import { edgeNodeLabel, findService, imageOf, setServiceLabels, type SwarmService } from './swarm-state';

/** How long the edges may take to agree, in ms: one that dies meanwhile is called Down after 10 s and born again after some more. */
const deadline = 90_000;

/** Pause between two looks, in ms. */
const pause = 300;

/**
 * Tells all edges, and by the label those that are born meanwhile, that the nodes of a service go to `slot` (undefined: no
 * longer), so that they send requests to both slots (to the live one alone). It is the same generation: what is live stays.
 *
 * @throws Error when an edge does not follow: it would send requests to a slot that is about to go.
 */
export async function sayRolling(
  service: string,
  slot: SlotName | undefined,
  site: Pick<SiteConfig, 'nodes'>,
  contact: SiteContact,
): Promise<void> {
  const until = Date.now() + deadline;
  for (;;) {
    const { label, edges, edgeService, manager } = (await readSiteState(site, contact))!;
    const idle = slotServiceName(service, otherSlot(label!.services[service]!.live));
    const rolling = slot && { to: slot, idle: imageDigest(idle, await findService(manager.docker, idle)) };
    const pointer = withRolling(label!, service, rolling);
    const text = formatPointer(pointer);
    if (formatPointer(label!) !== text) {
      // Somebody else's change in between is an error, and looked at again.
      const written = setServiceLabels(manager.docker, edgeService!, { [pointerLabel]: text });
      await written.catch((error: unknown) => {
        if (Date.now() > until) throw error;
      });
      continue;
    }
    const maps = edges.flatMap(({ name, worker }) => (worker ? [{ name, pointer: worker.pointer }] : []));
    const ahead = maps.find((edge) => edge.pointer.generation > pointer.generation);
    if (ahead)
      throw new Error(
        `The edge of ${ahead.name} has generation ${ahead.pointer.generation}, and the label ${pointer.generation}: somebody ` +
          `rolls back just now. Run pulumi up again.`,
      );
    const others = maps.filter((edge) => formatPointer(edge.pointer) !== text).map(({ name }) => name);
    const unread = edges.filter(isUnread);
    if (others.length + unread.length === 0) return;
    if (Date.now() > until)
      throw new Error(
        `These edges can't be told that ${service} changes its slot: ` +
          `${[...others, ...unread.map(({ name, problem }) => `${name} (${problem ?? 'no edge'})`)].join(', ')}. ` +
          `Bring them back, or stop the machine; then run pulumi up again.`,
      );
    await flip(others, pointer, contact);
    if (unread.length > 0) await sleep(pause);
  }
}

/** Whether an edge may serve and can't be told anything; one that Swarm calls Down, or that is fenced, is not waited for. */
export function isUnread({ worker, swarmNode }: EdgeState): boolean {
  return (
    !worker && swarmNode !== undefined && swarmNode.state !== 'down' && edgeNodeLabel in swarmNode.labels
  );
}

function withRolling({ generation, services }: Pointer, name: string, rolling: Rolling | undefined): Pointer {
  const { rolling: _before, ...service } = services[name]!;
  return { generation, services: { ...services, [name]: { ...service, ...(rolling && { rolling }) } } };
}

/** Digest of the image of a slot's Swarm service; Evenkeel deploys none without. */
function imageDigest(name: string, service: SwarmService | undefined): string {
  const digest = imageOf(service)?.split('@')[1];
  if (digest === undefined)
    throw new Error(
      `The Swarm service ${name} is not there, or was changed by hand. Run "pulumi refresh --yes --run-program" and then "pulumi up".`,
    );
  return digest;
}
