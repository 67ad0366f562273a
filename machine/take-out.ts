import type { NodeConfig, SiteConfig } from '../config/site-config';
import { announceLeave, announceReturn } from '../edge/announce-leave';
import { followTime } from '../edge/entry-command';
import { letGo, setServers } from '../edge/let-go';
import type { Manager, SiteContact } from '../edge/site-contact';
import { slotContainers } from '../edge/slot-containers';
import {
  edgeNodeLabel,
  edgeServiceName,
  endedStates,
  listNodes,
  listTasks,
  listTasksOn,
  outNodeLabel,
  setNodeLabels,
  type SwarmNode,
} from '../edge/swarm-state';
import { Refusal } from '../release/refusal';
import { leaveDns, type EdgeInDns } from './leave-dns';
import { nodeRefusals } from './node-refusals';
import type { NodeStep } from './node-situation';
import { readSituation, type Reading } from './read-situation';
import { waitUntil } from './wait-until';

/** What Swarm may need beyond a task's own grace to end it and to say so, in ms: on a busy lab it said so 35 s after the container had ended. */
const endReserve = 60_000;

/** How long the machine's own Docker may take to say what it runs, in ms. */
const dockerPatience = 5000;

/**
 * Takes a machine out of service, in the one order that loses no request:
 *
 *     mark it -> every edge lets go of its servers -> its own edge says that it leaves, is gone from DNS, finishes and stops
 *       -> Swarm ends its tasks
 *
 * What is done already is not waited for, so it can be run again after an interruption. What could make it unsafe is
 * looked at before each of the two steps that stop something. The machine is told nothing: it may be dead.
 *
 * @param contact sees the node as in maintenance, so that another manager is spoken to.
 * @param why what for, since when and by whom; kept as a label.
 * @param dns its edge as one of the pool; undefined: it is none.
 * @throws Refusal when it must not go as things stand; the edges use it as before then.
 */
export async function takeOut(
  step: NodeStep,
  node: NodeConfig,
  why: string,
  site: SiteConfig,
  contact: SiteContact,
  dns: EdgeInDns | undefined,
  log: (line: string) => void,
): Promise<void> {
  const { name } = node;
  const reading = await readSituation(site, contact);
  refuse(step, name, reading);
  const { manager, edges } = reading.state;
  const self = selfIn(reading.state.nodes, name);
  if (!self) return log(`${name}: is not in the Swarm: there is nothing to let go of`);
  const serving = edges.filter((edge) => edge.worker).map((edge) => edge.name);
  const begun = self.labels[outNodeLabel] !== undefined;
  const works = self.state === 'ready' && self.availability === 'active';
  if (!begun) await setNodeLabels(manager.docker, self.id, { [outNodeLabel]: why });
  if (works) {
    log(`${name}: goes out of service`);
    const stops = serving.includes(name);
    try {
      await refuseTwo(self, manager);
      await letGo(node, site, serving, contact, log);
      // While requests ended, another machine may have died.
      refuse(step, name, await readSituation(site, contact));
      log(`${name}: ${serving.join(', ')} ${serving.length === 1 ? 'sends' : 'send'} nothing to it any more`);
      if (stops) {
        await leaveDns(dns, () => announceLeave(name, contact), log);
        // That may take minutes, where records are not proxied.
        if (dns) refuse(step, name, await readSituation(site, contact));
      }
    } catch (error) {
      if (stops) await announceReturn(name, contact);
      await setServers('ready', node, site, serving, contact).catch(() => undefined);
      if (!begun) await setNodeLabels(manager.docker, self.id, { [outNodeLabel]: undefined });
      throw error;
    }
  }
  await stopEdge(self, site, manager, contact, log);
  await stopTasks(self, site, manager, log);
  // From now on checks fail, so that when they succeed again that is news, and nothing of before.
  const others = serving.filter((edge) => edge !== name);
  await setServers('drain', node, site, others, contact);
}

function selfIn(nodes: readonly SwarmNode[], name: string): SwarmNode | undefined {
  return nodes.find((each) => each.name === name);
}

function refuse(step: NodeStep, name: string, { situation }: Reading): void {
  const refusals = nodeRefusals(step, name, situation);
  if (refusals.length > 0)
    throw new Refusal(
      `${name} can't go now:\n${refusals.map((line) => `  ${line}`).join('\n')}\nNothing was changed.`,
    );
}

/** Of two who go out at the same moment each sees the other's label, and both stay. */
async function refuseTwo(self: SwarmNode, { docker }: Manager): Promise<void> {
  const other = (await listNodes(docker)).find((each) => each.id !== self.id && each.labels[outNodeLabel]);
  if (other)
    throw new Refusal(
      `${self.name} can't go now: ${other.name ?? other.hostname} is just being taken out (${other.labels[outNodeLabel]}). Nothing was changed.`,
    );
}

/**
 * Without its label Swarm sends the edge SIGUSR1: it takes no new connection, and finishes the requests that it has. Swarm
 * calls its task rejected at once, whatever runs (moby, constraintenforcer: the observed state), so the machine's own Docker
 * is asked as well, where it answers.
 */
async function stopEdge(
  self: SwarmNode,
  site: SiteConfig,
  { docker }: Manager,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  await setNodeLabels(docker, self.id, { [edgeNodeLabel]: undefined });
  if (self.state !== 'ready') return;
  const left = await waitUntil(
    async () => {
      const tasks = await listTasks(docker, edgeServiceName);
      const goesOn = `${self.name}: its edge finishes its requests`;
      if (tasks.some((task) => task.nodeId === self.id && !endedStates.has(task.state))) return goesOn;
      const found = await slotContainers(contact, [self.name!], edgeServiceName, dockerPatience);
      return (found[self.name!]?.length ?? 0) > 0 ? goesOn : undefined;
    },
    followTime + site.edge.timeouts.hardStop + endReserve,
    log,
  );
  if (left !== undefined) throw stuck(self, left);
}

async function stopTasks(
  self: SwarmNode,
  site: SiteConfig,
  { docker }: Manager,
  log: (line: string) => void,
): Promise<void> {
  await setNodeLabels(docker, self.id, {}, 'drain');
  if (self.state !== 'ready') return;
  const grace = Math.max(0, ...site.services.map(({ stopGrace }) => stopGrace));
  const left = await waitUntil(
    async () => {
      const tasks = (await listTasksOn(docker, self.id)).filter((task) => !endedStates.has(task.state));
      return tasks.length > 0 ? `${self.name}: ${tasks.length} of its tasks end` : undefined;
    },
    grace + endReserve,
    log,
  );
  if (left !== undefined) throw stuck(self, left);
}

function stuck({ name }: SwarmNode, left: string): Error {
  return new Error(
    `${left}, longer than they may. ${name} is half out: no edge sends anything to it. See why with: docker node ps ${name}; ` +
      `then run the command again, which goes on from here, or bring it back: evenkeel node ${name} resume`,
  );
}
