import type { NodeConfig, SiteConfig } from '../config/site-config';
import { listNodes, outNodeLabel } from '../edge/swarm-state';
import { messageOf, SiteContact } from '../edge/site-contact';
import { bringBack } from '../machine/bring-back';
import { reboot } from '../machine/reboot';
import { takeOut } from '../machine/take-out';
import { updateDocker } from '../machine/update-docker';
import { Refusal } from '../release/refusal';
import type { Output } from './change-release';
import { edgeInDns } from './edge-in-dns';
import type { NodeOptions } from './node-command';
import { outSince } from './node-drain';
import { askFor, openNode, refuseStep, withoutManager, type NodeProject } from './node-project';
import { isOneMachine, outageOfSite } from './node-whole-site';
import { openProject } from './project';

/** What a machine goes out for and comes back from at once. */
export type Outage = 'reboot' | 'update';

const acts: Record<Outage, typeof reboot> = { reboot, update: updateDocker };

/**
 * `evenkeel node NAME reboot` and `update`, and the same of all machines one after the other: each is back, with its edge,
 * before the next one goes. The stack file has nothing to say of it: the Swarm knows which machine is out, and an `up`
 * meanwhile leaves it alone. A machine that the stack file has in maintenance is done with, and stays out.
 *
 * @param name undefined: all that are not in maintenance.
 */
export async function outages(
  what: Outage,
  name: string | undefined,
  options: NodeOptions,
  output: Output,
): Promise<void> {
  const project = name === undefined ? await openProject(options) : (await openNode(name, options)).project;
  const site = project.siteWith(project.release);
  const nodes = name === undefined ? await inOrder(site) : site.nodes.filter((each) => each.name === name);
  if (!nodes[0]) throw new Refusal('All nodes are in maintenance. Nothing was changed.');
  if (!nodes[0].maintenance) await refuseStep(what, nodes[0].name, site);
  const names = nodes.map((node) => node.name);
  await askFor(project, project.stackFile.text, [`${what}: ${names.join(', then ')}`], options, output);
  for (const [index, node] of nodes.entries()) {
    try {
      await outage(what, { project, site, node }, output.log);
    } catch (error) {
      if (nodes.length === 1) throw error;
      throw stopped(what, names, index, error);
    }
  }
  output.done({ stack: project.stack, did: what, nodes: names, applied: true }, [
    `${what} done: ${names.join(', ')}`,
  ]);
}

async function outage(what: Outage, opened: NodeProject, log: (line: string) => void): Promise<void> {
  const { project, site, node } = opened;
  if (isOneMachine(site)) return outageOfSite((contact) => acts[what](node, contact, log), opened, log);
  await withoutManager(site, node.name, async (contact) => {
    if (node.maintenance) {
      await acts[what](node, contact, log);
      return log(`${node.name}: stays out of service, as the stack file has it`);
    }
    // Before anything is let go of: what can't be logged in to can't be rebooted either.
    await contact.session(node.name);
    const dns = edgeInDns(project, site, node.name);
    await takeOut(what, node, outSince(what), site, contact, dns, log);
    await acts[what](node, contact, log);
    await bringBack(node, site, contact, log);
  });
}

/** A machine that is out already comes first, the one that leads the Swarm last: so there is one election, not several. */
async function inOrder(site: SiteConfig): Promise<NodeConfig[]> {
  const contact = new SiteContact(site.nodes);
  try {
    const manager = await contact.manager();
    const inSwarm = manager ? await listNodes(manager.docker) : [];
    const rank = ({ name }: NodeConfig) => {
      const own = inSwarm.find((each) => each.name === name);
      return own?.labels[outNodeLabel] !== undefined ? 0 : own?.leader ? 2 : 1;
    };
    return site.nodes.filter((node) => !node.maintenance).sort((a, b) => rank(a) - rank(b));
  } finally {
    contact.close();
  }
}

function stopped(what: Outage, names: readonly string[], index: number, error: unknown): Error {
  const done = names.slice(0, index);
  const left = names.slice(index + 1).map((name) => `evenkeel node ${name} ${what}`);
  const state =
    `${done.length > 0 ? `Done: ${done.join(', ')}. ` : ''}Stopped at ${names[index]}` +
    (left.length > 0 ? `; when it is in service again, go on with: ${left.join('; ')}` : '');
  const text = `${messageOf(error)}\n${state}`;
  return error instanceof Refusal && index === 0
    ? new Refusal(text, { cause: error })
    : new Error(text, { cause: error });
}
