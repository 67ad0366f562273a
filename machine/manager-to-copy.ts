import type { NodeConfig } from '../config/site-config';
import type { SwarmNode } from '../edge/swarm-state';

/**
 * The manager whose state is copied for a backup: the leader, since its log of Raft alone has all that was agreed on. One that
 * joined a moment ago may have the beginning only (seen: 140 entries of more than 172, without its own membership), and
 * what `docker swarm init --force-new-cluster` makes of that has no managers, not even itself, for good. Others elect a new
 * leader when it is silent for 10 s, and it is held for 5 s at most (machine/swarm-folder.ts). Another one only where the
 * leader can't be asked.
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
  const chosen = usable.find(({ leader }) => leader) ?? usable[0];
  if (!chosen) throw new Error("the Swarm calls none of the site's managers reachable");
  return chosen.name;
}
