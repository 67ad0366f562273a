import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

/** What no client of a LAN can be given to connect to: RFC 6890 and 4291 (this host, loopback, link-local, multicast, reserved). */
const unusable = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  unusable.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  unusable.addSubnet(network, bits, 'ipv6');

const sharedAddress = value.text(
  (text) =>
    isIP(text) !== 0 && !text.includes('%') && !unusable.check(text, isIP(text) === 6 ? 'ipv6' : 'ipv4'),
  {
    allowed: 'an IPv4 or IPv6 address of the LAN, without bits behind it',
    example: '192.168.1.10',
  },
  (text) => {
    const [address = '', ...bits] = text.split('/');
    return bits.length > 0 && isIP(address) !== 0 ? `Write \`${address}\`.` : undefined;
  },
);

/** Linux takes 15 characters (IFNAMSIZ), of which these need no quotes anywhere. */
const interfaceName = value.text((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(name), {
  allowed: "the name of a network interface: letters, digits, '.', '_' and '-', at most 15 characters",
  example: 'eth0',
});

/** `evenkeel:edge.sharedAddresses`. */
export const sharedAddressesSchema = withRule(
  z.array(
    z.strictObject({
      place: value.dnsLabel('home').describe('Whose edges share it; they are in one LAN.'),
      address: sharedAddress.describe(
        'An address of that LAN that nobody else has or is given by DHCP. One edge has it at a time, and another one ' +
          'takes it over within a second when that one dies.',
      ),
      interface: interfaceName
        .optional()
        .describe(
          "The LAN's network interface, the same on each edge. Left out: each edge takes the one that leads to the address.",
        ),
      routerId: value
        .integer(1, 255, 51)
        .optional()
        .describe(
          "VRRP's virtual router ID, used by nothing else in the LAN. Left out: the address' last byte.",
        ),
    }),
  ),
  { allowed: 'a list of shared addresses' },
)
  .prefault([])
  .describe(
    'Addresses that the edges of a place share, by keepalived; several make several edges busy. docs/shared-address.md. ' +
      'Places whose edges have no LAN in common go without.',
  );
