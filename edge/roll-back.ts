import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeConfig, SiteConfig, SlotName } from '../config/site-config';
import { newestPointer } from '../release/compare';
import type { Pointer } from '../release/pointer';
import { Refusal } from '../release/refusal';
import type { RollbackPlan } from '../release/rollback-plan';
import { slotServiceName } from './candidate';
import { flip } from './flip';
import { backendName } from './haproxy-cfg';
import { RuntimeApi, type ServerStat } from './runtime-api';
import { raiseLabel } from './raise-label';
import { readLabel } from './read-label';
import { messageOf, type Manager, type SiteContact } from './site-contact';
import { slotContainers } from './slot-containers';
import { findService, imageOf } from './swarm-state';

/** What a rollback did at the edges. */
export interface EdgesRolledBack {
  plan: RollbackPlan;
  /** Edges that read back the new generation. */
  edges: string[];
  /** Edges that could not be reached or did not take it, with the reason. */
  missing: Record<string, string>;
  /** Milliseconds from the call to the last edge that was flipped. */
  ms: number;
  /** Why the label could not be written (the Swarm has no quorum); undefined: it was. */
  labelMissing?: string;
}

/** No edge of a site answers, so that nothing of it was touched. */
export class NoEdgeReached extends Refusal {}

/** How long the edges that answer wait for those that do not, in ms: a healthy one needs a third of it on the lab. */
const patience = 600;

/** Without a manager: how long the nodes' own Dockers may take to say what they run, in ms. */
const localPatience = 1000;

/**
 * How often the edges are looked at after the flip. Once the label is written no new switchover undoes it; one that was
 * about to flip at that moment may have, once.
 */
const looksAfterwards = 3;

/** How long after the flip the Swarm may need to take the label, in ms. */
const labelPatience = 5000;

interface ReachedEdge {
  name: string;
  pointer: Pointer;
  stats: ServerStat[];
}

/**
 * Takes the public back to the other slot, past Pulumi and its lock: first the maps of all edges that can be reached,
 * then the label. Without a quorum the maps alone: what is served is right, and the label follows with the next `up`.
 *
 * @param plan what to do, from the newest pointer that anybody has.
 * @throws Refusal of `plan`, or when the slot to go back to has another image or no healthy server. Nothing was touched.
 */
export async function rollBackEdges(
  site: Pick<SiteConfig, 'nodes'>,
  service: string,
  plan: (running: Pointer) => RollbackPlan,
  contact: SiteContact,
): Promise<EdgesRolledBack> {
  const began = performance.now();
  const names = nodeNames(site, 'edge');
  const manager = contact.firstManager();
  manager.catch(() => undefined); // judged below
  const label = manager.then(({ docker }) => readLabel(docker));
  label.catch(() => undefined);
  const { reached, missing } = await reachEdges(names, contact);
  if (reached.length === 0)
    throw new NoEdgeReached(
      `No edge of this site can be reached, so nothing was touched:\n` +
        Object.entries(missing)
          .map(([name, reason]) => `  ${name}: ${reason}`)
          .join('\n'),
    );
  const left = Math.max(0, began + patience - performance.now());
  const known = await Promise.race([label.catch(() => undefined), sleep(left, undefined)]);
  const running = newestPointer([...reached.map(({ pointer }) => pointer), ...(known ? [known] : [])])!;
  const planned = plan(running);
  const { live } = planned.pointer.services[service]!;
  const digest = planned.pointer.services[service]!.digests[live];
  const images = known
    ? [await imageOfService(await manager, service, live)]
    : Object.values(
        await slotContainers(contact, nodeNames(site), slotServiceName(service, live), localPatience),
      ).flat();
  refuseOtherImage(images, service, live, digest);
  refuseSickSlot(reached, service, live, planned.to);
  const answering = reached.map(({ name }) => name);
  const flipped = await flip(answering, planned.pointer, contact);
  const missed = () => answering.filter((name) => !flipped.some((edge) => edge.name === name));
  flipped.push(...(await flip(missed(), planned.pointer, contact)));
  if (flipped.length === 0)
    throw new Error('No edge took the new pointer; nothing was changed. Run the command again.');
  const ms = Math.max(...flipped.map(({ at }) => at)) - began;
  for (const name of missed()) missing[name] = 'did not take the new pointer';
  const labelMissing = await writeLabel(manager, planned.pointer);
  await holdAgainstSwitchover(
    flipped.map(({ name }) => name),
    planned.pointer,
    contact,
  );
  return {
    plan: planned,
    edges: flipped.map(({ name }) => name),
    missing,
    ms,
    ...(labelMissing && { labelMissing }),
  };
}

/** An `up` may have looked at the edges right before they were flipped, and flip them right after: they are flipped once more. */
async function holdAgainstSwitchover(
  names: readonly string[],
  pointer: Pointer,
  contact: SiteContact,
): Promise<void> {
  for (let look = 0; look < looksAfterwards; look++) {
    const settled = await Promise.allSettled(
      names.map(async (name) => {
        const { generation } = (await new RuntimeApi(await contact.session(name)).info()).pointer;
        return generation < pointer.generation ? [name] : [];
      }),
    );
    const older = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (older.length === 0) return;
    await flip(older, pointer, contact);
  }
}

/** Names of the nodes, or of those with a role, that are not in maintenance. */
function nodeNames({ nodes }: Pick<SiteConfig, 'nodes'>, role?: NodeConfig['roles'][number]): string[] {
  return nodes
    .filter(({ maintenance, roles }) => !maintenance && (!role || roles.includes(role)))
    .map(({ name }) => name);
}

/** All edges that answer before the patience with the others is over; a quick answer of all of them ends it at once. */
async function reachEdges(
  names: readonly string[],
  contact: SiteContact,
): Promise<{ reached: ReachedEdge[]; missing: Record<string, string> }> {
  const reached: ReachedEdge[] = [];
  const missing: Record<string, string> = Object.fromEntries(
    names.map((name) => [name, `did not answer within ${patience} ms`]),
  );
  let over = false;
  const all = Promise.all(
    names.map(async (name) => {
      try {
        const api = new RuntimeApi(await contact.session(name));
        const [{ pointer }, stats] = await Promise.all([api.info(), api.serverStats()]);
        if (over) return;
        reached.push({ name, pointer, stats });
        delete missing[name];
      } catch (error) {
        if (!over) missing[name] = messageOf(error);
      }
    }),
  );
  // With nobody there yet, the first one is waited for: an operator on a slow line is to get his rollback too.
  await Promise.race([all, sleep(patience)]);
  const end = performance.now() + labelPatience;
  while (reached.length === 0 && performance.now() < end)
    if ((await Promise.race([all.then(() => true), sleep(100, false)])) === true) break;
  over = true;
  return { reached, missing };
}

async function imageOfService(manager: Manager, service: string, slot: SlotName): Promise<string> {
  return imageOf(await findService(manager.docker, slotServiceName(service, slot))) ?? 'nothing';
}

/** A slot that was given another image meanwhile (by an `up` that has not come to its end) is not what was live. */
function refuseOtherImage(
  images: readonly string[],
  service: string,
  slot: SlotName,
  digest: string | undefined,
): void {
  const image = images.find((each) => !digest || !each.endsWith(`@${digest}`));
  if (image === undefined) return;
  throw new Refusal(
    `${slot} of ${service} runs ${image}, not ${digest}, which was live before: a release has begun to change it. ` +
      `Nothing was touched. Take the candidate away (evenkeel abort ${service}), then roll back.`,
  );
}

function refuseSickSlot(
  reached: readonly ReachedEdge[],
  service: string,
  slot: SlotName,
  version: string,
): void {
  const backend = backendName(service, slot);
  const servers = reached.flatMap(({ stats }) =>
    stats.filter((row) => row.backend === backend && row.server !== 'BACKEND'),
  );
  if (servers.some(({ status }) => status.startsWith('UP'))) return;
  throw new Refusal(
    `No edge finds a healthy server of ${slot}, which holds ${version} of ${service}: the public would get errors only. ` +
      `Nothing was touched. See why with: docker service ps ${slotServiceName(service, slot)} --no-trunc`,
  );
}

/** @returns why it could not be written. */
async function writeLabel(manager: Promise<Manager>, pointer: Pointer): Promise<string | undefined> {
  try {
    const { docker } = await Promise.race([
      manager,
      sleep(labelPatience).then(() => {
        throw new Error(`no manager answered within ${labelPatience / 1000} s`);
      }),
    ]);
    await raiseLabel(docker, pointer);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
