import { isIP } from 'node:net';
import { peerAddress } from '../config/peer-address';
import type { SiteConfig } from '../config/site-config';
import { meshInterface } from './mesh-interface';

/** Name of our nftables table; nothing else is in it, and nothing of Docker's or of the user's is touched. */
export const nftablesTable = 'evenkeel';

/**
 * nftables rules that close the slots' ports to all but the site's own nodes, and keep a machine silent whose edge is
 * dead while it still has a shared address.
 *
 * In prerouting and before Docker's DNAT (priority raw, nft(8)), where a packet still has the port that it was sent
 * to: rules in INPUT are passed by, since Docker forwards published ports. A table of our own is replaced in one step,
 * covers IPv4 and IPv6, and Docker's restarts leave it alone; DOCKER-USER, which DESIGN.md names, is IPv4 only by
 * default and has to be matched by conntrack after the DNAT.
 *
 * Packets that come in from the machine itself or from its own containers are let through: the edge on a node reaches
 * the slots of that node through the bridge.
 *
 * With a mesh, nodes are let in through it and no other way, where WireGuard has proved each packet's sender; that goes for
 * Swarm's ports too, since its overlay networks listen on all addresses.
 *
 * Silent: a connection to a shared address that its owner's edge does not take is dropped, not refused. The client's
 * kernel then asks again after 1 s (RFC 6298: the timeout of the first SYN), when the address is elsewhere or the edge is
 * born again, and the client notices nothing; a refusal would be an error on its screen. Who refuses is one of two. On the
 * machine itself (INPUT) nothing but Docker's userland proxy could listen, which takes a connection and closes it when
 * the container is gone: with an edge, Docker's DNAT has led the packet to FORWARD. And a container whose HAProxy is only
 * starting refuses by a RST with the sequence number 0 (RFC 9293, 3.5.2), which no RST of an open connection has.
 */
export function nftablesRuleset(
  site: Pick<SiteConfig, 'nodes' | 'mesh' | 'services'> & {
    edge: Pick<SiteConfig['edge'], 'sharedAddresses' | 'ports'>;
  },
): string {
  const ports = site.services
    .flatMap(({ slotPorts }) => [slotPorts.blue, slotPorts.green])
    .sort((a, b) => a - b);
  const addresses = site.nodes.map(peerAddress);
  const inMesh = site.mesh ? `iifname "${meshInterface}" ` : '';
  const v4 = addresses.filter((address) => isIP(address) === 4).sort();
  const v6 = addresses.filter((address) => isIP(address) === 6).sort();
  const closed = ports.length > 0 ? `    tcp dport { ${ports.join(', ')} } jump site_only` : '';
  return [
    `table inet ${nftablesTable}`,
    `delete table inet ${nftablesTable}`,
    `table inet ${nftablesTable} {`,
    '  chain site_only {',
    '    iifname { "lo", "docker0", "docker_gwbridge" } accept',
    '    iifname "br-*" accept',
    ...(v4.length > 0 ? [`    ${inMesh}ip saddr { ${v4.join(', ')} } accept`] : []),
    ...(v6.length > 0 ? [`    ${inMesh}ip6 saddr { ${v6.join(', ')} } accept`] : []),
    '    drop',
    '  }',
    '  chain prerouting {',
    '    type filter hook prerouting priority raw; policy accept;',
    ...(closed ? [closed] : []),
    ...(site.mesh ? swarmPorts : []),
    '  }',
    ...silent(site.edge),
    '}',
    '',
  ].join('\n');
}

/** What Swarm listens on, on every node (docs.docker.com/engine/swarm/swarm-tutorial). */
const swarmPorts = [
  '    tcp dport { 2377, 7946 } jump site_only',
  '    udp dport { 4789, 7946 } jump site_only',
];

function silent({ sharedAddresses, ports }: Pick<SiteConfig['edge'], 'sharedAddresses' | 'ports'>): string[] {
  const shared = (version: 4 | 6) =>
    sharedAddresses
      .map(({ address }) => address)
      .filter((address) => isIP(address) === version)
      .sort();
  const families = (
    [
      ['ip', shared(4)],
      ['ip6', shared(6)],
    ] as const
  ).filter(([, addresses]) => addresses.length > 0);
  if (families.length === 0) return [];
  const isPublic = `tcp dport { ${Object.values(ports).join(', ')} }`;
  const isRefusal = 'tcp flags & rst == rst tcp sequence 0';
  return [
    '  chain input {',
    '    type filter hook input priority filter; policy accept;',
    ...families.map(
      ([ip, addresses]) => `    iifname != "lo" ${ip} daddr { ${addresses.join(', ')} } ${isPublic} drop`,
    ),
    '  }',
    '  chain forward {',
    '    type filter hook forward priority filter; policy accept;',
    ...families.map(
      ([ip, addresses]) => `    ct original ${ip} daddr { ${addresses.join(', ')} } ${isRefusal} drop`,
    ),
    '  }',
  ];
}
