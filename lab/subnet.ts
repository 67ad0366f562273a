/**
 * The first /24 of 10.199.0.0/16 to 10.202.0.0/16 that overlaps none of the networks in use; a default route
 * (`0.0.0.0/0`) counts for none. Throws when all are taken.
 *
 * @param used networks in CIDR form, IPv4
 */
export function chooseSubnet(used: readonly string[]): string {
  const ranges = used.map(parseNetwork).filter(({ bits }) => bits > 0);
  for (let second = 199; second <= 202; second++) {
    for (let third = 0; third < 256; third++) {
      const candidate = `10.${second}.${third}.0/24`;
      const range = parseNetwork(candidate);
      if (!ranges.some((other) => overlap(range, other))) return candidate;
    }
  }
  throw new Error(`No free /24 between 10.199.0.0 and 10.202.255.255; in use: ${used.join(', ')}.`);
}

/** The address with the given last byte in a /24: `hostAddress('10.199.0.0/24', 11)` is `10.199.0.11`. */
export function hostAddress(subnet: string, last: number): string {
  return subnet.replace(/\.0\/24$/, `.${last}`);
}

interface Network {
  start: number;
  bits: number;
}

function parseNetwork(cidr: string): Network {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(cidr);
  if (!match) throw new Error(`Not an IPv4 network: ${cidr}`);
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1, 5).map(Number);
  const bits = match[5] === undefined ? 32 : Number(match[5]);
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { start: Math.floor(address / size) * size, bits };
}

function overlap(one: Network, other: Network): boolean {
  return one.start < other.start + 2 ** (32 - other.bits) && other.start < one.start + 2 ** (32 - one.bits);
}
