import type { SiteConfig } from '../config/site-config';
import { SiteContact } from './site-contact';
import { listNodes, type SwarmNode } from './swarm-state';

/** The managers of a site at one moment: who of them can be reached, and what the Swarm holds of them. */
export interface ManagersView {
  /** Names of those that let us in over SSH. */
  reached: string[];
  /** What the Swarm says of its managers. */
  nodes: (Pick<SwarmNode, 'name' | 'hostname' | 'role' | 'leader'> & {
    /** Undefined where a service rolls: its nodes' labels change by our own hand, and so do their versions. */
    version?: number;
  })[];
}

/**
 * Asks all managers at once, over connections of its own: one that was open to a machine which died looks open.
 *
 * @returns undefined when no manager is in a Swarm yet, or none has a quorum within the time that an election takes.
 */
export async function viewManagers({
  nodes,
  services,
}: Pick<SiteConfig, 'nodes' | 'services'>): Promise<ManagersView | undefined> {
  const contact = new SiteContact(nodes);
  try {
    const manager = await contact.manager();
    if (!manager) return undefined;
    const names = nodes
      .filter(({ roles, maintenance }) => roles.includes('manager') && !maintenance)
      .map(({ name }) => name);
    const reached = await Promise.all(
      names.map((name) =>
        contact.session(name).then(
          () => [name],
          () => [],
        ),
      ),
    );
    const rolls = services.some(({ strategy }) => strategy === 'rolling');
    const listed = (await listNodes(manager.docker)).map(({ version, ...node }) =>
      rolls ? node : { ...node, version },
    );
    return { reached: reached.flat(), nodes: listed };
  } catch {
    return undefined;
  } finally {
    contact.close();
  }
}

/**
 * What became of a manager between two looks, so that what was asked of the Swarm in between may have failed for that
 * alone: it can't be reached any more, another one leads, or the Swarm lost it and has it back.
 *
 * @returns in words; undefined: nothing.
 */
export function managerLost(before: ManagersView, after: ManagersView): string | undefined {
  const gone = before.reached.filter((name) => !after.reached.includes(name));
  if (gone.length > 0) return `${gone.join(', ')} can't be reached any more`;
  const [led, leads] = [before, after].map(({ nodes }) => nodes.find(({ leader }) => leader));
  if (led?.name !== leads?.name)
    return `the Swarm is led by ${nameOf(leads)} now, no longer by ${nameOf(led)}`;
  const changed = after.nodes.find(
    ({ role, name, version }) =>
      role === 'manager' && before.nodes.some((each) => each.name === name && each.version !== version),
  );
  return changed && `${nameOf(changed)} was away, or was changed`;
}

function nameOf(node: ManagersView['nodes'][number] | undefined): string {
  return node?.name ?? (node?.hostname || 'nobody');
}
