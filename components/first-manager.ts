import type { NodeConfig } from '../config/site-config';

/**
 * The manager that makes the Swarm of a new site, and is spoken to at first: the first one of the config that is not in
 * maintenance, since that one is left alone; the first of all where each is.
 */
export function firstManager(nodes: readonly NodeConfig[]): NodeConfig {
  const managers = nodes.filter((node) => node.roles.includes('manager'));
  return managers.find((node) => !node.maintenance) ?? managers[0]!;
}
