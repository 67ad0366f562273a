import type { SiteConfig } from '../config/site-config';
import type { SiteContact } from '../edge/site-contact';
import { listNodes } from '../edge/swarm-state';
import { bringBack } from '../machine/bring-back';
import { copyCertificate } from '../machine/copy-certificate';
import { bringUpMesh } from '../machine/bring-up-mesh';
import { joinSwarm } from '../machine/member';
import { meshSite } from '../machine/mesh-conf';
import { setUpMachine } from '../machine/set-up';
import { Refusal } from '../release/refusal';
import type { Output } from './change-release';
import type { NodeOptions } from './node-command';
import { askFor, openNode, refuseStep, siteOf, withoutManager, write } from './node-project';

/**
 * `evenkeel node NAME replace`: a new, blank machine stands where the old one stood. It is set up and joins under the same
 * name; the entry of the old one is voted out of the Swarm first, since it still counts for the quorum.
 */
export async function replaceNode(name: string, options: NodeOptions, output: Output): Promise<void> {
  const { project, site: before } = await openNode(name, options);
  await refuseStep('replace', name, before);
  const text = project.stackFile.withNodes((raw) => {
    if (raw['name'] !== name) return raw;
    const { maintenance: _out, ...node } = raw;
    const ssh = node['ssh'] as Record<string, unknown>;
    return { ...node, ssh: { ...ssh, ...(options.hostKey && { hostKey: options.hostKey }) } };
  });
  const site = siteOf(project, text);
  const node = site.nodes.find((each) => each.name === name)!;
  const { log } = output;
  await withoutManager(site, name, async (contact) => {
    await refuseOld(name, contact);
    // With the host key of the new machine: another one is refused here, and nothing was touched.
    const session = await contact.session(name);
    await askFor(
      project,
      text,
      [`${name}: a new machine takes its place at ${node.address}`],
      options,
      output,
    );
    (await setUpMachine(node, site, session)).forEach(log);
    const copied = await copyCertificate(site, node, contact);
    if (copied) log(copied);
    const mesh = meshSite(site);
    if (mesh) await bringUpMesh(mesh, contact, log);
    await joinSwarm(siteForJoin(site, name), name, contact, log);
    await bringBack(node, site, contact, log);
  });
  await write(project, text, output);
  const hasNewKey = options.hostKey !== undefined && text !== project.stackFile.text;
  if (hasNewKey) {
    const { retriedUp } = await import('./retried-up.js');
    await retriedUp(project, site, `evenkeel node ${name} replace`, log);
  }
  output.done({ stack: project.stack, did: 'replace', nodes: [name], applied: true }, [
    `${name}: serves as before`,
  ]);
}

/** @throws Refusal when the machine is still the member that it was. */
async function refuseOld(name: string, contact: SiteContact): Promise<void> {
  const manager = await contact.manager();
  const inSwarm = manager ? await listNodes(manager.docker) : [];
  const old = inSwarm.find((each) => each.name === name && each.state === 'ready');
  if (old)
    throw new Refusal(
      `${name} is still in the Swarm, and ready. Take it out (evenkeel node ${name} drain), switch it off, put the new machine in ` +
        `its place with the same address, and say it again when Swarm calls the old one down. Nothing was changed.`,
    );
}

/** It joins through another manager: itself is in no Swarm yet. */
function siteForJoin(site: SiteConfig, name: string): Pick<SiteConfig, 'nodes'> {
  return { nodes: site.nodes.map((node) => (node.name === name ? { ...node, maintenance: false } : node)) };
}
