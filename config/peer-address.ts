import type { NodeConfig } from './site-config';

/**
 * The address that the nodes of a site use among each other: in the mesh where there is one, else the node's own. It is
 * the Swarm's, the slots' and the edges'. SSH and the public use `node.address`, which works before the mesh is up, and
 * so does what stays within one LAN: a shared address, the way to a peer of the mesh in the same place.
 */
export function peerAddress({ address, mesh }: Pick<NodeConfig, 'address' | 'mesh'>): string {
  return mesh?.address ?? address;
}
