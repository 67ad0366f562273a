import { bringBack } from '../machine/bring-back';
import { takeOut } from '../machine/take-out';
import { decodeHaproxyLabel } from '../edge/haproxy-label';
import { haproxyLabel } from '../edge/entry-command';
import type { SiteContact } from '../edge/site-contact';
import { edgeServiceName, findService } from '../edge/swarm-state';
import { author } from './author';
import type { Output } from './change-release';
import { edgeInDns } from './edge-in-dns';
import type { NodeOptions } from './node-command';
import {
  askFor,
  openNode,
  refuseStep,
  siteOf,
  textWithMaintenance,
  withoutManager,
  write,
} from './node-project';
import { drainSite, isOneMachine, resumeSite } from './node-whole-site';

/** What a machine is out for, since when and by whom: the text of its label. */
export function outSince(what: string): string {
  const { at, by } = author();
  return `${what} since ${at} by ${by}`;
}

/** `evenkeel node NAME drain`: takes the machine out, and the stack file says so from then on; a whole site only out of DNS. */
export async function drainNode(name: string, options: NodeOptions, output: Output): Promise<void> {
  const opened = await openNode(name, options);
  const { project, site, node } = opened;
  if (isOneMachine(site)) return drainSite(opened, options, output);
  const text = textWithMaintenance(project, name, true);
  await refuseStep('drain', name, site);
  await askFor(project, text, [`${name}: taken out of service`], options, output);
  await withoutManager(site, name, (contact) =>
    takeOut('drain', node, outSince('drain'), site, contact, edgeInDns(project, site, name), output.log),
  );
  await write(project, text, output);
  output.done({ stack: project.stack, did: 'drain', nodes: [name], applied: true }, [
    `${name}: is out of service, and may be switched off. To bring it back: evenkeel node ${name} resume`,
  ]);
}

/** `evenkeel node NAME resume`: brings the machine back, and takes its maintenance out of the stack file; a whole site into DNS. */
export async function resumeNode(name: string, options: NodeOptions, output: Output): Promise<void> {
  const opened = await openNode(name, options);
  const { project } = opened;
  const dns = isOneMachine(opened.site) ? edgeInDns(project, opened.site, name) : undefined;
  if (dns) return resumeSite(opened, dns, options, output);
  const text = textWithMaintenance(project, name, false);
  const site = siteOf(project, text);
  const node = site.nodes.find((each) => each.name === name)!;
  await askFor(project, text, [`${name}: brought back into service`], options, output);
  const isKnown = await withoutManager(site, name, async (contact) => {
    await bringBack(node, site, contact, output.log);
    return node.roles.includes('edge') ? edgeIsKnown(name, contact) : true;
  });
  await write(project, text, output);
  if (!isKnown) {
    output.log(`an up was run while ${name} was out: the other edges learn of its edge again`);
    const { retriedUp } = await import('./retried-up.js');
    await retriedUp(project, site, `evenkeel node ${name} resume`, output.log);
  }
  output.done({ stack: project.stack, did: 'resume', nodes: [name], applied: true }, [
    `${name}: serves as before`,
  ]);
}

/** Whether the haproxy.cfg of the edges has the edge of this node: an `up` during its maintenance leaves it out. */
async function edgeIsKnown(name: string, contact: SiteContact): Promise<boolean> {
  const manager = await contact.manager();
  const label = manager && (await findService(manager.docker, edgeServiceName))?.labels[haproxyLabel];
  return !label || decodeHaproxyLabel(label).includes(`\nbackend edge.${name}\n`);
}

/** With `--config-only`: the stack file alone, for a pull request, or for a machine that is dead already. */
export async function markNode(
  name: string,
  maintenance: boolean,
  options: NodeOptions,
  output: Output,
): Promise<void> {
  const { project } = await openNode(name, options);
  const text = textWithMaintenance(project, name, maintenance);
  siteOf(project, text);
  if (text === project.stackFile.text) output.log('The stack file says so already.');
  else await askFor(project, text, [], options, output);
  await write(project, text, output);
  const did = maintenance ? 'drain' : 'resume';
  output.done({ stack: project.stack, did, nodes: [name], applied: false }, [
    maintenance
      ? `${name}: pulumi up leaves it alone from now on; nothing was done to it`
      : `${name}: nothing was done to it. To bring it back: evenkeel node ${name} resume`,
  ]);
}
