import { createHash } from 'node:crypto';
import { routerIdOf } from '../config/shared-address';
import type { NodeConfig, SharedAddressConfig, SiteConfig } from '../config/site-config';
import { addressOwnerFile, addressOwnerScript } from './address-owner';
import { edgeReadinessFile, edgeReadinessScript } from './edge-readiness';

/** First line of the file: says that it may be replaced and taken away. */
export const writtenByEvenkeel =
  '# Written by Evenkeel: what is changed here by hand is lost with the next pulumi up.';

/**
 * Time between two adverts of the owner, in s. Others take over after three that are missing and a skew of up to one
 * (RFC 9568, 6.1), so 0.6 to 0.8 s after it died. VRRPv3 counts in hundredths.
 */
const advertInterval = 0.2;

/** Highest and lowest priority. VRRP has 1 to 254 for those that do not own the address (RFC 9568, 5.2.4). */
const priorities = [250, 50] as const;

const scriptsHash = createHash('sha256')
  .update(edgeReadinessScript + addressOwnerScript)
  .digest('hex')
  .slice(0, 16);

/** Stands in the text for the interface that leads to an address; the machine knows it (machine/keepalived-script.ts). */
export function interfaceOf({ address }: SharedAddressConfig): string {
  return `@${address}@`;
}

/**
 * `keepalived.conf` of one node: a function of the config alone, but for the interface where config names none.
 * Undefined for a node that shares no address: one that is no edge, or whose place has none.
 *
 * - Unicast to the other edges of the place, which takes no multicast of switches and WLANs; what comes from anybody
 *   else, or through a router (TTL below 255), is not listened to. VRRPv3 has no passwords.
 * - `nopreempt`: an edge that comes back takes nothing away, since each move costs the connections that are open. For
 *   that, all begin as BACKUP, and an edge that another one is better than goes into FAULT (a script without weight):
 *   with `nopreempt`, a lower priority alone would move nothing.
 * - Nodes in maintenance stay peers, so that the others' files do not change with it.
 *
 * Options: keepalived.conf(5) of 2.2.7 (Debian 12); its scripts run at whole seconds at most.
 */
export function keepalivedConf(
  { nodes, edge }: Pick<SiteConfig, 'nodes' | 'edge'>,
  node: Pick<NodeConfig, 'name' | 'place' | 'roles'>,
): string | undefined {
  const shared = edge.sharedAddresses.filter(({ place }) => place === node.place);
  if (shared.length === 0 || !node.roles.includes('edge')) return undefined;
  const edges = nodes.filter(({ place, roles }) => place === node.place && roles.includes('edge'));
  const self = edges.find(({ name }) => name === node.name)!;
  const others = edges.filter((each) => each !== self);
  return [
    writtenByEvenkeel,
    // What is set up anew is what has changed here: a version of Evenkeel with other scripts is to bring them.
    `# Scripts: ${scriptsHash}`,
    'global_defs {',
    `  router_id ${self.name}`,
    '  vrrp_version 3',
    '  script_user nobody nogroup',
    '  enable_script_security',
    // Adverts have to go out in time also when the services use all there is of the CPU.
    '  vrrp_priority -20',
    // While a network is cut in two there are two owners. When it is whole again the one that stays announces itself last,
    // and who missed that is right soon after. Not announced a second time after the default of 5 s: by then it is clear
    // whose the address is (machine/address-owner.ts), and who missed the first time gets the refresh.
    '  vrrp_higher_prio_send_advert',
    '  vrrp_garp_master_delay 0',
    '  vrrp_garp_master_refresh 2',
    '}',
    ...trackScript('answers', edge.ports.http, [self, ...others], { rise: 2, fall: 1 }),
    // Edges find a server dead at slightly different times: no reason yet to move an address.
    ...trackScript('ready', edge.ports.http, [self, ...others], { rise: 2, fall: 3 }),
    ...shared.flatMap((address, index) => instance(address, index, edges, self, edge.ports.http)),
    '',
  ].join('\n');
}

function trackScript(
  what: 'answers' | 'ready',
  port: number,
  edges: readonly NodeConfig[],
  { rise, fall }: { rise: number; fall: number },
): string[] {
  const words = [edgeReadinessFile, what, port, ...edges.map(({ name, address }) => `${name}=${address}`)];
  return [
    `vrrp_script ${what} {`,
    `  script "${words.join(' ')}"`,
    '  interval 1',
    '  timeout 5',
    `  rise ${rise}`,
    `  fall ${fall}`,
    '}',
  ];
}

/** Several addresses begin on different edges, so that each edge has work. */
function instance(
  shared: SharedAddressConfig,
  index: number,
  edges: readonly NodeConfig[],
  self: NodeConfig,
  port: number,
): string[] {
  const rank = (edges.indexOf(self) - (index % edges.length) + edges.length) % edges.length;
  const [highest, lowest] = priorities;
  const others = edges.filter((each) => each !== self);
  const notified = [
    ...[addressOwnerFile, port, shared.interface ?? interfaceOf(shared)],
    ...[self, ...others].map(({ name, address }) => `${name}=${address}`),
  ];
  const priority = Math.round(highest - ((highest - lowest) * rank) / (edges.length - 1));
  return [
    `vrrp_instance ${shared.address} {`,
    '  state BACKUP',
    '  nopreempt',
    `  interface ${shared.interface ?? interfaceOf(shared)}`,
    `  virtual_router_id ${routerIdOf(shared)}`,
    `  priority ${priority}`,
    `  advert_int ${advertInterval}`,
    `  unicast_src_ip ${self.address}`,
    '  track_src_ip',
    '  unicast_peer {',
    ...others.map(({ address }) => `    ${address} min_ttl 255 max_ttl 255`),
    '  }',
    '  virtual_ipaddress {',
    `    ${shared.address}`,
    '  }',
    '  track_script {',
    '    answers',
    '    ready',
    '  }',
    `  notify "${notified.join(' ')}" root root`,
    '}',
  ];
}
