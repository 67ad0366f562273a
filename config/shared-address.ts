import { isIPv4 } from 'node:net';

/** An IPv6 address has many spellings; the URL standard picks one. An IPv4 address has one. */
export function canonicalAddress(address: string): string {
  const url = isIPv4(address) ? '' : `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname : address;
}

/**
 * The virtual router ID of a shared address where config gives none: its last byte. So in a LAN of 256 addresses no two
 * shared ones clash, whichever stacks they belong to. 0 is none.
 *
 * @param address IPv4 or IPv6.
 */
export function routerIdOf({ address, routerId }: { address: string; routerId?: number }): number {
  if (routerId !== undefined) return routerId;
  if (isIPv4(address)) return Number(address.split('.')[3]);
  const last = canonicalAddress(address).replace(/\]$/, '').split(':').at(-1)!;
  return Number.parseInt(last || '0', 16) % 256;
}
