import type { SiteConfig } from '../config/site-config';
import { messageOf, SiteContact } from '../edge/site-contact';
import type { EdgeInDns } from '../machine/leave-dns';
import { bringSiteIntoDns, takeSiteOutOfDns } from '../machine/site-out-of-dns';
import type { Output } from './change-release';
import { edgeInDns } from './edge-in-dns';
import type { NodeOptions } from './node-command';
import { askFor, refuseStep, type NodeProject } from './node-project';

/** Whether the machines of a site are one: no other manager and no other edge is there then, but other sites may be. */
export function isOneMachine({ nodes }: SiteConfig): boolean {
  return nodes.length === 1;
}

/**
 * `evenkeel node NAME drain` of the only machine of a site: out of DNS, and no more. The stack file says nothing of it, since
 * it may not leave a site without a manager.
 * @throws Refusal
 */
export async function drainSite(
  { project, site, node }: NodeProject,
  options: NodeOptions,
  output: Output,
): Promise<void> {
  const { name } = node;
  await refuseStep('drain', name, site);
  const plan = `${name}: taken out of DNS, which then leads to the other sites alone`;
  await askFor(project, project.stackFile.text, [plan], options, output);
  const dns = edgeInDns(project, site, name)!;
  await withSite(site, (contact) => takeSiteOutOfDns(dns, node, site, contact, output.log));
  output.done({ stack: project.stack, did: 'drain', nodes: [name], applied: true }, [
    `${name}: is out of DNS; its tasks run, and its edge serves whoever comes all the same. That holds until its edge is born anew ` +
      `(a boot, a restart of Docker): then it comes back by itself. To bring it back: evenkeel node ${name} resume`,
  ]);
}

/** `evenkeel node NAME resume` of the only machine of a site: into DNS again. */
export async function resumeSite(
  { project, site, node }: NodeProject,
  dns: EdgeInDns,
  options: NodeOptions,
  output: Output,
): Promise<void> {
  const { name } = node;
  await askFor(project, project.stackFile.text, [`${name}: brought back into DNS`], options, output);
  await withSite(site, (contact) => bringSiteIntoDns(dns, contact, output.log));
  output.done({ stack: project.stack, did: 'resume', nodes: [name], applied: true }, [
    `${name}: serves as before`,
  ]);
}

/**
 * Takes the only machine of a site out of DNS, does something to it, and brings it back.
 * @throws Refusal when it can't go; Error saying how to go on when it went and is not back
 */
export async function outageOfSite(
  act: (contact: SiteContact) => Promise<void>,
  { project, site, node }: NodeProject,
  log: (line: string) => void,
): Promise<void> {
  const dns = edgeInDns(project, site, node.name)!;
  await withSite(site, async (contact) => {
    await takeSiteOutOfDns(dns, node, site, contact, log);
    try {
      await act(contact);
    } catch (error) {
      throw new Error(
        `${messageOf(error)}\n${node.name} is out of DNS. To bring it back: evenkeel node ${node.name} resume`,
        { cause: error },
      );
    }
    await bringSiteIntoDns(dns, contact, log);
  });
}

async function withSite<T>({ nodes }: SiteConfig, run: (contact: SiteContact) => Promise<T>): Promise<T> {
  const contact = new SiteContact(nodes);
  try {
    return await run(contact);
  } finally {
    contact.close();
  }
}
