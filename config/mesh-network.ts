import { isIP } from 'node:net';
import { addressBits, widthOf } from './address-bits';
import { isNetwork } from './network';

/** The fewest and the most bits of a network of the mesh: at least two nodes have room, and it is nobody's whole Internet. */
const bitsAllowed = { 32: [8, 30], 128: [32, 126] } as const;

/** A network, `<address>/<bits>`, in its parts; undefined where it is none, or where its address has bits behind the network's. */
function parseNetwork(text: string): { first: bigint; host: bigint; width: 32 | 128 } | undefined {
  const [address = '', bits] = text.split('/');
  if (!isNetwork(text) || bits === undefined) return undefined;
  const width = widthOf(address);
  const host = (1n << BigInt(width - Number(bits))) - 1n;
  const first = addressBits(address);
  return (first & host) === 0n ? { first, host, width } : undefined;
}

/** Whether a text is a network that a mesh can have: `10.90.0.0/24`, `fd00:90::/64`. */
export function isMeshNetwork(text: string): boolean {
  const network = parseNetwork(text);
  if (!network) return false;
  const [least, most] = bitsAllowed[network.width];
  const bits = Number(text.split('/')[1]);
  return bits >= least && bits <= most;
}

/** Whether an address is one of a network. */
export function inNetwork(text: string, address: string): boolean {
  const network = parseNetwork(text);
  if (!network || isIP(address) === 0 || widthOf(address) !== network.width) return false;
  return (addressBits(address) & ~network.host) === network.first;
}

/**
 * Whether a node can have an address of a network: any but the first, which is the network's own name (IPv6: the routers'
 * anycast, RFC 4291, 2.6.1), and with IPv4 the last, which is everybody (RFC 919).
 */
export function isHostOf(text: string, address: string): boolean {
  const network = parseNetwork(text);
  if (!network || !inNetwork(text, address)) return false;
  const host = addressBits(address) & network.host;
  return host !== 0n && !(network.width === 32 && host === network.host);
}
