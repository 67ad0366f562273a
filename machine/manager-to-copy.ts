import type { NodeConfig } from '../config/site-config';
import type { SwarmNode } from '../edge/swarm-state';

/**
 * The manager whose state is copied for a backup: one that does not lead, since a leader that is held for long has others
 * elected; the leader where there is no other.
 *
 * @throws Error when none of the site's can be asked.
 */
export function managerToCopy(
  inSwarm: readonly Pick<SwarmNode, 'name' | 'state' | 'reachability' | 'leader'>[],
  nodes: readonly Pick<NodeConfig, 'name' | 'maintenance'>[],
): string {
  const usable = nodes.flatMap(({ name, maintenance }) => {
    const found = inSwarm.find(
      (node) => node.name === name && node.state === 'ready' && node.reachability === 'reachable',
    );
    return found && !maintenance ? [{ name, leader: found.leader ?? false }] : [];
  });
  const chosen = usable.find(({ leader }) => !leader) ?? usable[0];
  if (!chosen) throw new Error("the Swarm calls none of the site's managers reachable");
  return chosen.name;
}
