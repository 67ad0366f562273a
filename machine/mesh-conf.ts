import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { parseEndpoint } from '../config/endpoint';
import { hostAndPort } from '../config/host-and-port';
import type { MeshConfig, NodeConfig, SiteConfig } from '../config/site-config';
import { meshUpScript } from './mesh-up';

/** A site that has a mesh, and what of it the mesh is made from. */
export type MeshSite = Pick<SiteConfig, 'nodes'> & { mesh: MeshConfig };

/** A node in a mesh. */
export type MeshNode = NodeConfig & { mesh: NonNullable<NodeConfig['mesh']> };

/** The site as one with a mesh; undefined: it has none. */
export function meshSite({ mesh, nodes }: Pick<SiteConfig, 'mesh' | 'nodes'>): MeshSite | undefined {
  return mesh && { mesh, nodes };
}

/** The nodes of a mesh: all of the site. */
export function meshNodes({ nodes }: Pick<SiteConfig, 'nodes'>): MeshNode[] {
  return nodes.filter((node): node is MeshNode => node.mesh !== undefined);
}

/** One peer in a file of the mesh. */
export interface MeshPeer {
  /** Name of the node. */
  name: string;
  /** Its public key: 32 bytes in base64. */
  key: string;
  /** The lines of the file that are about it. */
  text: string;
}

/**
 * The file of one node: its port and its peers, without the private key. A function of the config and of the public
 * keys. Peers whose key is not known are left out until it is.
 *
 * @param keys public key by name of node.
 * @param kept peers that config has no more and that still are in the Swarm: they go when they have left it.
 */
export function meshConf(
  site: MeshSite,
  node: MeshNode,
  keys: ReadonlyMap<string, string>,
  kept: readonly MeshPeer[] = [],
): string {
  const { mesh } = site;
  const script = createHash('sha256').update(meshUpScript(mesh, node.mesh)).digest('hex').slice(0, 16);
  const peers = meshNodes(site).flatMap((peer) => {
    const key = keys.get(peer.name);
    return peer.name === node.name || key === undefined ? [] : [meshPeer(mesh, node, peer, key)];
  });
  const staying = kept.filter(({ name }) => name !== node.name);
  return [
    '# Written by Evenkeel: what is changed here by hand is lost with the next pulumi up.',
    // What is brought up anew is what has changed here: address and MTU are in that script.
    `# Script: ${script}`,
    '[Interface]',
    `ListenPort = ${mesh.port}`,
    '',
    ...[...peers, ...staying.map(({ text }) => text)].sort(),
  ].join('\n');
}

function meshPeer(mesh: MeshConfig, node: MeshNode, peer: MeshNode, key: string): string {
  const { address } = peer.mesh;
  const endpoint = endpointFor(mesh, node, peer);
  return [
    `# ${peer.name}`,
    '[Peer]',
    `PublicKey = ${key}`,
    `AllowedIPs = ${address}/${isIPv6(address) ? 128 : 32}`,
    ...(endpoint === undefined ? [] : [`Endpoint = ${endpoint}`]),
    `PersistentKeepalive = ${Math.ceil(mesh.keepalive / 1000)}`,
    '',
  ].join('\n');
}

/**
 * Where a node finds a peer: in the same place at its own address, since a router seldom leads what comes from inside back
 * in; else at its endpoint. Undefined: the peer calls, and its router keeps the way back open.
 */
export function endpointFor(
  mesh: Pick<MeshConfig, 'port'>,
  node: Pick<NodeConfig, 'place'>,
  peer: Pick<NodeConfig, 'place' | 'address' | 'mesh'>,
): string | undefined {
  if (peer.place === node.place) return hostAndPort(peer.address, mesh.port);
  const endpoint = parseEndpoint(peer.mesh?.endpoint ?? '');
  return endpoint && hostAndPort(endpoint.address, endpoint.port ?? mesh.port);
}

/** The peers in a file of the mesh. */
export function peersIn(conf: string): MeshPeer[] {
  return [...conf.matchAll(/^# (\S+)\n\[Peer\]\nPublicKey = (\S+)\n(?:\S.*\n)*/gm)].map(
    ([text, name = '', key = '']) => ({ name, key, text }),
  );
}
