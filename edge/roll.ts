import type { ServiceConfig, SlotName } from '../config/site-config';
import { rollStep, type RollNode } from '../release/roll-step';
import { releaseImage, slotServiceName, type Candidate } from './candidate';
import { accept } from './acceptance';
import { proveEverywhere, readCompared } from './gate';
import { serviceNodes } from './haproxy-cfg';
import { RollingNode } from './roll-node';
import { sayRolling } from './say-rolling';
import { messageOf, type SiteContact } from './site-contact';
import { readSiteState, type SiteState } from './site-state';
import { isReady, setSlot, slotOfNode } from './slot-of-node';
import { findService, imageOf } from './swarm-state';
import { unreadEdges } from './unread-edges';
import type { WantedRelease } from './wanted-release';

/** Somebody else rolls the same service the other way: whoever came last is right, and the one before stops where it is. */
class Overtaken extends Error {}

type Log = (line: string) => void;

/**
 * Takes the nodes of each service with the strategy rolling to the slot that becomes live, one after the other: out of all
 * edges, the old task ended, the new one healthy by every edge's own check, back into the edges. Meanwhile the edges send
 * requests to both slots (`rolling` of the pointer). It comes before the label changes: when a node's new task is not healthy, all
 * nodes go back to the slot that is live, the same way, and the release ends there.
 *
 * What is found decides what is done next (`rollStep`), so a roll that was killed is finished, or taken back, by the next `up`.
 *
 * @throws Error saying what failed, and what the nodes run.
 */
export async function roll(wanted: WantedRelease, contact: SiteContact, log: Log): Promise<void> {
  for (const service of wanted.site.services)
    if (service.strategy === 'rolling') await rollService(service, wanted, contact, log);
}

async function rollService(
  service: ServiceConfig,
  wanted: WantedRelease,
  contact: SiteContact,
  log: Log,
): Promise<void> {
  const { name } = service;
  const state = await readCompared(wanted, contact);
  const slots = wanted.release.services[name]!;
  const to = slots.live;
  const candidate: Candidate = { service, slot: to, release: slots[to]! };
  const runs = state.label?.services[name];
  if (!runs) {
    // Nobody sends anything here yet.
    await note(service, to, wanted, state);
    return accept(candidate, await proveEverywhere(candidate, wanted, contact, state, log), contact, log);
  }
  const { nodes } = rollOf(service, wanted, state, new Set());
  if (!runs.rolling && runs.live === to && nodes.every(({ slot }) => slot === to)) return;
  // Edges that know nothing of a new node, or of the strategy, are told by the switchover.
  const knows = state.haproxyCfg === wanted.haproxyCfg;
  const joins =
    !runs.rolling && runs.live === to && nodes.every(({ slot }) => slot === undefined || slot === to);
  if (joins && !knows) return note(service, to, wanted, state);
  if (!knows)
    throw new Error(
      `This would change haproxy.cfg and let the nodes of ${name} go to ${to} in one go, which the edges could not follow. ` +
        `Nothing was touched. Do one after the other: take the change of evenkeel:release out, run pulumi up, put it back, run ` +
        `pulumi up.`,
    );
  const unread = await unreadEdges(wanted.site, state);
  if (unread[0]) throw new Error(unread.map(({ words }) => words).join('\n'));
  await refuseOtherImage(candidate, state);
  try {
    await goTo(candidate, runs.live !== to, wanted, contact, log);
    if (runs.live !== to) await proveEverywhere(candidate, wanted, contact, state, log);
  } catch (error) {
    if (error instanceof Overtaken || runs.live === to)
      throw new Error(`${messageOf(error)}\n${await whereEach(service, wanted, contact)}`, { cause: error });
    throw await undone({ service, slot: runs.live, release: slots[runs.live]! }, error, wanted, contact, log);
  }
}

/** Does step after step until all nodes have the slot of `candidate`. @param isNew whether it has to be accepted. */
async function goTo(
  candidate: Candidate,
  isNew: boolean,
  wanted: WantedRelease,
  contact: SiteContact,
  log: Log,
): Promise<void> {
  const { service, slot: to } = candidate;
  const rolling = new Map(
    serviceNodes(siteOf(wanted), service).map((node) => [
      node.name,
      new RollingNode(node, candidate, wanted, contact, log),
    ]),
  );
  const proven = new Set<string>();
  let toBeAccepted = isNew;
  let mine = false;
  for (;;) {
    const state = (await readSiteState(wanted.site, contact))!;
    const found = rollOf(service, wanted, state, proven);
    if (mine && found.rolling !== to)
      throw new Overtaken(`Somebody else changes the slot of ${service.name} just now: this one stops.`);
    mine ||= found.rolling === to;
    const step = rollStep(found, to);
    switch (step.do) {
      case 'serve both':
        await sayRolling(service.name, to, wanted.site, contact);
        break;
      case 'take out':
        await rolling.get(step.node)!.takeOut(found.nodes.find(({ name }) => name === step.node)!.slot!);
        break;
      case 'put in':
        await rolling.get(step.node)!.putIn();
        break;
      case 'prove':
        await rolling.get(step.node)!.prove(toBeAccepted);
        proven.add(step.node);
        toBeAccepted = false;
        log(
          `${step.node}: runs ${candidate.release.version} of ${service.name}, healthy by every edge's check`,
        );
        break;
      case 'note':
        await note(service, to, wanted, state);
        break;
      case 'done':
        return;
    }
  }
}

/** Takes all nodes back to the slot that is live. @returns the error that the release ends with. */
async function undone(
  live: Candidate,
  error: unknown,
  wanted: WantedRelease,
  contact: SiteContact,
  log: Log,
): Promise<Error> {
  const { service, release } = live;
  log(`${messageOf(error)}\nAll nodes of ${service.name} go back to ${release.version}`);
  try {
    await goTo(live, false, wanted, contact, log);
    await sayRolling(service.name, undefined, wanted.site, contact);
  } catch (again) {
    return new Error(
      `${messageOf(error)}\nTo go back to ${release.version} failed too: ${messageOf(again)}\n` +
        `${await whereEach(service, wanted, contact)} The edges send requests to whichever is healthy. Mend the cause and run ` +
        `pulumi up, which goes on from here.`,
      { cause: error },
    );
  }
  return new Error(
    `${messageOf(error)}\nAll nodes of ${service.name} run ${release.version} again. Put a version that works into the idle slot.`,
    { cause: error },
  );
}

/** Which version each node has, in words. */
async function whereEach(
  service: ServiceConfig,
  wanted: WantedRelease,
  contact: SiteContact,
): Promise<string> {
  const slots = wanted.release.services[service.name]!;
  const state = await readSiteState(wanted.site, contact).catch(() => undefined);
  if (!state) return `What the nodes of ${service.name} run can't be told: no manager answers.`;
  const { nodes } = rollOf(service, wanted, state, new Set());
  return `${nodes.map(({ name, slot }) => `${name} has ${slot ? slots[slot]!.version : 'nothing'}`).join(', ')}.`;
}

function rollOf(
  service: ServiceConfig,
  wanted: WantedRelease,
  state: SiteState,
  proven: ReadonlySet<string>,
): { nodes: RollNode[]; live: SlotName; rolling?: SlotName } {
  const nodes = serviceNodes(siteOf(wanted), service).flatMap(({ name }): RollNode[] => {
    const member = state.nodes.find((each) => each.name === name);
    if (!member) return [];
    const slot = slotOfNode(member, service.name);
    return [{ name, ...(slot && { slot }), ready: isReady(state, name), proven: proven.has(name) }];
  });
  const runs = state.label?.services[service.name];
  return { nodes, live: runs?.live ?? 'blue', ...(runs?.rolling && { rolling: runs.rolling.to }) };
}

/** Tells the nodes that run nothing, or have no slot yet, which one they have. */
async function note(
  service: ServiceConfig,
  to: SlotName,
  wanted: WantedRelease,
  state: SiteState,
): Promise<void> {
  for (const { name } of serviceNodes(siteOf(wanted), service)) {
    const member = state.nodes.find((each) => each.name === name);
    if (!member || slotOfNode(member, service.name) === to) continue;
    await setSlot(state, member.id, service.name, to);
  }
}

function siteOf({ site, release }: WantedRelease) {
  return { ...site, release };
}

/** Before any node is touched: Pulumi has put the version into the slot by now. */
async function refuseOtherImage(
  { service, slot, release }: Candidate,
  { manager }: SiteState,
): Promise<void> {
  const name = slotServiceName(service.name, slot);
  const image = imageOf(await findService(manager.docker, name));
  // A stable version is the image of its candidate, under another tag.
  if (image?.endsWith(`@${release.digest}`)) return;
  throw new Error(
    `The Swarm service ${name} has the image ${image ?? '(none: it does not exist)'}, and the config wants ` +
      `${releaseImage(service, release)}. Nothing was touched. Run "pulumi refresh --yes --run-program" and then "pulumi up".`,
  );
}
