import { isIPv4, isIPv6 } from 'node:net';
import { canonicalAddress } from './shared-address';

/** How many bits the addresses of a kind have. */
export function widthOf(address: string): 32 | 128 {
  return isIPv6(address) ? 128 : 32;
}

/** An address as a number, to count with. @param address IPv4, or IPv6 without zone. */
export function addressBits(address: string): bigint {
  if (isIPv4(address)) return joined(address.split('.').map(Number), 8n);
  // The URL standard writes an IPv4 tail as hexadecimal, too.
  const [head = '', tail] = canonicalAddress(address).slice(1, -1).split('::');
  const words = (text = '') => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(head), words(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return joined([...before, ...zeros, ...after], 16n);
}

function joined(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n);
}
