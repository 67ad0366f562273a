import { SiteContact } from '../edge/site-contact';
import { leaveSwarm } from '../machine/leave-swarm';
import { oddManagers } from '../machine/odd-managers';
import { whyOut } from '../machine/node-refusals';
import { readSituation } from '../machine/read-situation';
import { takeOut } from '../machine/take-out';
import { Refusal } from '../release/refusal';
import type { Output } from './change-release';
import { edgeInDns } from './edge-in-dns';
import type { NodeOptions } from './node-command';
import { outSince } from './node-drain';
import {
  askFor,
  openNode,
  refuseStep,
  siteOf,
  withoutManager,
  write,
  type NodeProject,
} from './node-project';

/**
 * `evenkeel node NAME remove`: the machine goes out of service, then out of the stack file, and `pulumi up` takes it out
 * of the Swarm and takes away what was set up on it. A machine that is dead goes as well.
 */
export async function removeNode(name: string, options: NodeOptions, output: Output): Promise<void> {
  const opened = await openNode(name, options);
  const { project, site, node } = opened;
  await refuseStep('remove', name, site);
  const { text, lines } = await withoutNode(opened);
  siteOf(project, text);
  await askFor(
    project,
    text,
    [...lines, `${name}: taken out of service, and out of the site`],
    options,
    output,
  );
  if (options.configOnly) {
    await write(project, text, output);
    return output.done({ stack: project.stack, did: 'remove', nodes: [name], applied: false }, [
      'Nothing else was touched. To do it: pulumi up',
    ]);
  }
  await withoutManager(site, name, async (contact) => {
    const dns = edgeInDns(project, site, name);
    await takeOut('remove', node, outSince('remove'), site, contact, dns, output.log);
    await write(project, text, output);
    // Before another manager is demoted: where this one is dead, the majority would be gone with that.
    await leaveSwarm(name, contact, output.log);
  });
  const { retriedUp } = await import('./retried-up.js');
  await retriedUp(project, site, `evenkeel node ${name} remove`, output.log);
  output.done({ stack: project.stack, did: 'remove', nodes: [name], applied: true }, [
    `${name}: is no part of the site any more`,
  ]);
}

/** The stack file without the node, and with an odd number of managers. */
async function withoutNode({ project, site, node }: NodeProject): Promise<{ text: string; lines: string[] }> {
  const isOut = await outNodes(site);
  const change = oddManagers(node.name, site.nodes, isOut);
  if (!change)
    throw new Refusal(
      `${node.name} can't go now: without it the number of managers would be even or none, and no other node can be changed. ` +
        `Bring the nodes back that are out (${[...isOut].join(', ')}). Nothing was changed.`,
    );
  const { promote, demote } = change;
  const text = project.stackFile.withNodes((raw) => {
    if (raw['name'] === node.name) return undefined;
    const roles = Array.isArray(raw['roles']) ? (raw['roles'] as unknown[]) : [];
    if (raw['name'] === promote) return { ...raw, roles: ['manager', ...roles] };
    if (raw['name'] === demote) return { ...raw, roles: roles.filter((role) => role !== 'manager') };
    return raw;
  });
  const left = site.nodes.filter(({ roles }) => roles.includes('manager')).length - 1 - (demote ? 1 : 0);
  return {
    text,
    lines: [
      ...(promote ? [`${promote}: becomes a manager in its place`] : []),
      ...(demote
        ? [
            `${demote}: is a manager no more, so that their number stays odd` +
              (left === 1 ? '. With one manager left, the Swarm takes no change while that one is down' : ''),
          ]
        : []),
    ],
  };
}

async function outNodes(site: NodeProject['site']): Promise<Set<string>> {
  const contact = new SiteContact(site.nodes);
  try {
    const { situation } = await readSituation(site, contact);
    return new Set(situation.nodes.filter((each) => whyOut(each) !== undefined).map((each) => each.name));
  } finally {
    contact.close();
  }
}
