import { isIPv6 } from 'node:net';
import { hostAndPort } from '../config/host-and-port';

/** Port of Swarm's management traffic (Docker manual, "Getting started with swarm mode"). */
export const swarmPort = 2377;

/** Where a node listens for the Swarm and where the others find it, in the words of Docker's API. */
export function swarmAddresses(address: string): { AdvertiseAddr: string; ListenAddr: string } {
  return {
    AdvertiseAddr: address,
    ListenAddr: hostAndPort(isIPv6(address) ? '::' : '0.0.0.0', swarmPort),
  };
}
