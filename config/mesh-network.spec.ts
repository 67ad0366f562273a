import { BlockList } from 'node:net';
import fc from 'fast-check';
import { inNetwork, isHostOf, isMeshNetwork } from './mesh-network';

const v4 = fc.ipV4();
const v6 = fc.ipV6().filter((address) => !address.includes('%'));

describe('inNetwork', () => {
  const network = fc.oneof(
    fc.record({ address: v4, bits: fc.integer({ min: 8, max: 30 }), version: fc.constant('ipv4' as const) }),
    fc.record({
      address: v6,
      bits: fc.integer({ min: 32, max: 126 }),
      version: fc.constant('ipv6' as const),
    }),
  );

  it('says what the block list of Node says', () => {
    fc.assert(
      fc.property(
        network,
        fc.oneof(v4, v6),
        fc.integer({ min: 0, max: 255 }),
        ({ address, bits, version }, other, last) => {
          const text = `${address}/${bits}`;
          const list = new BlockList();
          list.addSubnet(address, bits, version);
          const near = version === 'ipv4' ? address.replace(/\d+$/, String(last)) : other;
          // The list takes an IPv4 address for the IPv6 one that it can be mapped to; here it is in no network of that kind.
          const kindOf = (each: string) => (each.includes(':') ? 'ipv6' : 'ipv4');
          for (const each of [other, near].filter(() => isMeshNetwork(text)))
            expect(inNetwork(text, each)).toBe(kindOf(each) === version && list.check(each, kindOf(each)));
        },
      ),
    );
  });

  it.each([
    ['10.90.0.0/24', '10.90.0.255', true],
    ['10.90.0.0/24', '10.90.1.0', false],
    ['10.90.0.128/30', '10.90.0.131', true],
    ['fd00:90::/64', 'fd00:0090:0:0:ffff::1', true],
    ['fd00:90::/64', 'fd00:90:0:1::1', false],
    ['fd00:90::/64', '10.90.0.1', false],
    ['::ffff:0:0/96', '10.90.0.1', false],
  ])('of %s and %s: %s', (network, address, expected) => {
    expect(inNetwork(network, address)).toBe(expected);
  });
});

describe('isHostOf', () => {
  it.each([
    ['10.90.0.0/30', '10.90.0.0', false],
    ['10.90.0.0/30', '10.90.0.1', true],
    ['10.90.0.0/30', '10.90.0.2', true],
    ['10.90.0.0/30', '10.90.0.3', false],
    ['fd00::/126', 'fd00::', false],
    ['fd00::/126', 'fd00::3', true],
  ])('of %s and %s: %s', (network, address, expected) => {
    expect(isHostOf(network, address)).toBe(expected);
  });
});
