import fc from 'fast-check';
import { chooseSubnet, hostAddress } from './subnet';

describe('chooseSubnet', () => {
  it('takes the first of the range when nothing is in use', () => {
    expect(chooseSubnet([])).toBe('10.199.0.0/24');
  });

  it('takes no notice of a default route', () => {
    expect(chooseSubnet(['0.0.0.0/0'])).toBe('10.199.0.0/24');
  });

  it('steps over a network that is in use, and over one that contains the candidate', () => {
    expect(chooseSubnet(['10.199.0.0/24', '10.199.1.128/25'])).toBe('10.199.2.0/24');
    expect(chooseSubnet(['10.199.0.0/16'])).toBe('10.200.0.0/24');
  });

  it('takes a single address as a network', () => {
    expect(chooseSubnet(['10.199.0.7'])).toBe('10.199.1.0/24');
  });

  it('overlaps nothing that is in use, for any networks', () => {
    const network = fc
      .tuple(fc.integer({ min: 195, max: 203 }), fc.nat(255), fc.nat(255), fc.integer({ min: 14, max: 32 }))
      .map(([second, third, fourth, bits]) => `10.${second}.${third}.${fourth}/${bits}`);
    fc.assert(
      fc.property(fc.array(network, { maxLength: 40 }), (used) => {
        let chosen: string;
        try {
          chosen = chooseSubnet(used);
        } catch {
          return; // all taken: the next test
        }
        expect(used.filter((other) => shareAnAddress(chosen, other))).toEqual([]);
      }),
    );
  });

  it('says which networks are in use when none is left', () => {
    expect(() => chooseSubnet(['10.0.0.0/8'])).toThrow(
      'No free /24 between 10.199.0.0 and 10.202.255.255; in use: 10.0.0.0/8.',
    );
  });

  it('refuses what is no network', () => {
    expect(() => chooseSubnet(['fd00::/8'])).toThrow('Not an IPv4 network: fd00::/8');
  });
});

describe('hostAddress', () => {
  it('puts the last byte into the subnet', () => {
    expect(hostAddress('10.199.3.0/24', 11)).toBe('10.199.3.11');
  });
});

/** The slow way: two networks overlap when their first bits are the same, as many as the shorter prefix has. */
function shareAnAddress(one: string, other: string): boolean {
  const bits = (cidr: string) =>
    cidr
      .replace(/\/.*/, '')
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  const length = Math.min(Number(one.split('/')[1]), Number(other.split('/')[1]));
  return bits(one).slice(0, length) === bits(other).slice(0, length);
}
