import type { NodeConfig } from '../config/site-config';

/** Whose role manager is to change so that the number of managers stays odd. */
export interface ManagerChange {
  /** Name of a node that becomes a manager. */
  promote?: string;
  /** Name of a manager that is one no more. */
  demote?: string;
}

/**
 * What has to change when a node goes for good. An even number of managers bears the loss of no more machines than one
 * less does, so another node takes the place of a manager that goes; where all others are managers, one of them gives
 * it up. The first in the config is promoted, the last demoted: never one that is out.
 *
 * @param isOut names of the nodes that can't be changed now.
 * @returns undefined when the node is no manager, or no other node can be changed.
 */
export function oddManagers(
  name: string,
  nodes: readonly Pick<NodeConfig, 'name' | 'roles'>[],
  isOut: ReadonlySet<string>,
): ManagerChange | undefined {
  const isManager = (node: Pick<NodeConfig, 'roles'>) => node.roles.includes('manager');
  const managers = nodes.filter(isManager);
  const left = managers.filter((node) => node.name !== name);
  if (left.length === managers.length || left.length % 2 === 1) return {};
  const able = nodes.filter((node) => node.name !== name && !isOut.has(node.name));
  const promote = able.find((node) => !isManager(node));
  if (promote) return { promote: promote.name };
  const demote = able.findLast(isManager);
  return demote && left.length > 1 ? { demote: demote.name } : undefined;
}
