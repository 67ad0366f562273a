import { isIPv6 } from 'node:net';
import { hostAndPort } from '../config/host-and-port';
import { peerAddress } from '../config/peer-address';
import type { NodeConfig } from '../config/site-config';

/** Port of Swarm's management traffic (Docker manual, "Getting started with swarm mode"). */
export const swarmPort = 2377;

/** Where a node listens for the Swarm and where the others find it, in the words of Docker's API. */
export interface SwarmAddresses {
  AdvertiseAddr: string;
  ListenAddr: string;
  /** Of overlay networks; undefined: as AdvertiseAddr. */
  DataPathAddr?: string;
}

/** The addresses of a node in the Swarm. With a mesh, it listens nowhere else. */
export function swarmAddresses(node: Pick<NodeConfig, 'address' | 'mesh'>): SwarmAddresses {
  const address = peerAddress(node);
  if (node.mesh)
    return {
      AdvertiseAddr: address,
      ListenAddr: hostAndPort(address, swarmPort),
      DataPathAddr: address,
    };
  return {
    AdvertiseAddr: address,
    ListenAddr: hostAndPort(isIPv6(address) ? '::' : '0.0.0.0', swarmPort),
  };
}
