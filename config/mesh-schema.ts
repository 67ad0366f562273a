import { z } from 'zod';
import { isDnsName } from './dns-name';
import { parseEndpoint } from './endpoint';
import { isMeshNetwork } from './mesh-network';
import * as value from './values';

const network = value.text(isMeshNetwork, {
  allowed: 'a network as <address>/<bits> (IPv4: 8 to 30 bits, IPv6: 32 to 126), without bits behind those',
  example: '10.90.0.0/24',
});

/** No DNS name: WireGuard looks it up once, and a node that boots while DNS is away would stay alone. */
const endpoint = value.text(
  (text) => parseEndpoint(text) !== undefined,
  { allowed: 'a public address, with :<port> where it is not that of evenkeel:mesh', example: '203.0.113.7' },
  (text) =>
    isDnsName(text.toLowerCase().replace(/:\d+$/, ''))
      ? 'Write an address that stays. A node whose address changes needs no endpoint: it finds the others, as long as those have one.'
      : undefined,
);

/** `evenkeel:mesh`. */
export const meshSchema = z.strictObject({
  network: network.describe(
    'The addresses of the mesh: private ones that no place uses for anything else (RFC 1918, RFC 4193).',
  ),
  port: value
    .port(1024, 51820)
    .prefault(51820)
    .describe("UDP port on which each node listens. Default: the one in WireGuard's own examples."),
  keepalive: value
    .duration('5s', '50s', '25s')
    .prefault('25s')
    .describe(
      'How often a node sends something to each other one, in whole seconds, so that the router before it keeps the way back ' +
        "open. Default: WireGuard's advice, which suits most routers. At most 50s: so every session is renewed in time, " +
        'and one that is not is a fault.',
    ),
  mtu: value
    .integer(1280, 8920, 1420)
    .prefault(1420)
    .describe(
      "The longest packet in the mesh, in bytes. Default: Ethernet's 1500 less the 80 that WireGuard needs over IPv6 " +
        '(wg-quick(8)); PPPoE has 8 less.',
    ),
});

/** `mesh` of a node. */
export const nodeMeshSchema = z.strictObject({
  address: value.address.describe(
    'Its address in evenkeel:mesh.network. It stays, and is unique in the site.',
  ),
  endpoint: endpoint
    .optional()
    .describe(
      "Where nodes in other places reach it: a public address, or its router's with a UDP port that is forwarded to it. Left " +
        'out: behind NAT; then it calls the others, each of which needs one.',
    ),
});
