import { isIPv4 } from 'node:net';

/** Whether a host (without port) is this very machine, by Docker's rule: 127.0.0.0/8 or `localhost`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
