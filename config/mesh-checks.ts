import { hostAndPort } from './host-and-port';
import { parseEndpoint } from './endpoint';
import { entriesOf } from './entries-of';
import { inNetwork, isHostOf } from './mesh-network';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import { repeated } from './repeated';
import type { StackConfig } from './schema';
import { canonicalAddress } from './shared-address';

type Stack = Parts<StackConfig>;

/** All nodes are in the mesh, or there is none. */
export function meshOfAllNodes(stack: Stack): Mistake[] {
  const { mesh, nodes } = stack;
  return entriesOf(nodes).flatMap(([index, node]) => {
    const at = ['nodes', index, 'mesh'];
    if ('mesh' in stack && !('mesh' in node))
      return [
        mistake(
          at,
          undefined,
          'an address in the mesh for each node, since there is evenkeel:mesh',
          `Add \`mesh: { address: … }\`, with an address of ${mesh?.network ?? 'evenkeel:mesh.network'} that nothing else has.`,
        ),
      ];
    if (!('mesh' in stack) && 'mesh' in node)
      return [
        mistake(
          at,
          node.mesh,
          'nothing, since there is no evenkeel:mesh',
          'Add `evenkeel:mesh: { network: 10.90.0.0/24 }`, with your own network, or remove it.',
        ),
      ];
    return [];
  });
}

/** Addresses in the mesh are of its network, each is one node's, and nothing that must work without the mesh is in it. */
export function meshAddresses({ mesh, nodes, edge }: Stack): Mistake[] {
  const network = mesh?.network;
  const claims = entriesOf(nodes).flatMap(([index, { mesh: own }]) =>
    own?.address === undefined
      ? []
      : [
          {
            at: ['nodes', index, 'mesh', 'address'],
            value: own.address,
            same: canonicalAddress(own.address),
          },
        ],
  );
  const twice = repeated(claims, 'an address that no other node has in the mesh', 'Give each node its own.');
  if (network === undefined) return twice;
  const astray = claims
    .filter(({ value }) => !isHostOf(network, value))
    .map(({ at, value }) =>
      mistake(
        at,
        value,
        `an address of ${network} (evenkeel:mesh.network) that a node can have`,
        'Write one of that network, neither its first nor its last.',
      ),
    );
  const outside = [
    ...entriesOf(nodes).map(([index, { address }]) => [['nodes', index, 'address'], address] as const),
    ...entriesOf(nodes).map(
      ([index, { mesh: own }]) =>
        [['nodes', index, 'mesh', 'endpoint'], parseEndpoint(own?.endpoint ?? '')?.address] as const,
    ),
    ...entriesOf(edge?.sharedAddresses).map(
      ([index, { address }]) => [['edge', 'sharedAddresses', index, 'address'], address] as const,
    ),
  ].flatMap(([at, address]) =>
    address === undefined || !inNetwork(network, address)
      ? []
      : [
          mistake(
            at,
            address,
            `an address outside of ${network} (evenkeel:mesh.network)`,
            'Write the one that works without the mesh, or give the mesh another network.',
          ),
        ],
  );
  return [...twice, ...astray, ...outside];
}

/** Of two nodes in different places one must be reached by the other; in one place they have a LAN. */
export function meshPeersMeet({ mesh, nodes }: Stack): Mistake[] {
  if (!mesh) return [];
  const hidden = entriesOf(nodes).filter(
    ([, { place, mesh: own }]) => place !== undefined && own !== undefined && !('endpoint' in own),
  );
  return hidden.flatMap(([index, node], position) => {
    const other = hidden.slice(0, position).find(([, each]) => each.place !== node.place)?.[1];
    if (!other) return [];
    return [
      mistake(
        ['nodes', index, 'mesh', 'endpoint'],
        undefined,
        `an endpoint of one of two nodes in different places (${other.name ?? 'another node'} in ${other.place} has none either)`,
        `Forward a UDP port of the router of ${node.place} to this node, and add \`endpoint: <the router's public address>:<port>\`; ` +
          `or do so in ${other.place}, for each node there.`,
      ),
    ];
  });
}

/** Two nodes behind one router have different ports there, and Swarm keeps its own. */
export function meshPorts({ mesh, nodes }: Stack): Mistake[] {
  const port = mesh?.port;
  if (port === undefined) return [];
  const claims = entriesOf(nodes).flatMap(([index, { mesh: own }]) => {
    const endpoint = parseEndpoint(own?.endpoint ?? '');
    if (!endpoint) return [];
    const same = hostAndPort(endpoint.address, endpoint.port ?? port);
    return [{ at: ['nodes', index, 'mesh', 'endpoint'], value: own!.endpoint!, same }];
  });
  // UDP, as the mesh's (docs.docker.com/engine/swarm/swarm-tutorial).
  const clash = [4789, 7946].includes(port)
    ? [
        mistake(
          ['mesh', 'port'],
          port,
          'a UDP port that Swarm does not have (4789, 7946)',
          'Leave it out, which is 51820.',
        ),
      ]
    : [];
  const different = 'an endpoint that no other node has';
  return [...clash, ...repeated(claims, different, 'Forward another UDP port of the router to this node.')];
}
