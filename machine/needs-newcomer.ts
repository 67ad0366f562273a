import type { SwarmNode } from '../edge/swarm-state';

/**
 * Whether the managers would be without a quorum if one more was taken in and did not run: always where there is one
 * manager, and where others are down. A newcomer counts from the moment at which Raft has taken it in.
 */
export function needsNewcomer(nodes: readonly Pick<SwarmNode, 'reachability'>[]): boolean {
  const managers = nodes.filter(({ reachability }) => reachability !== undefined);
  const running = managers.filter(({ reachability }) => reachability === 'reachable');
  return running.length <= (managers.length + 1) / 2;
}
