import { entriesOf } from './entries-of';
import { httpsPort } from './https-port';
import { formatKeyPath, type KeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

/** What Swarm listens on, on every node (docs.docker.com/engine/swarm/swarm-tutorial). */
const SWARM_PORTS = [
  [2377, "Swarm's managers have it"],
  [7946, "Swarm's gossip has it"],
  [4789, "Swarm's overlay networks have it"],
] as const;

/**
 * No port of a node is wanted twice: by Swarm, by sshd, by the edges, by slots. A slot's port is the same on
 * every node, so also two services on different nodes can't share one: each edge must tell them apart.
 */
export function portsWithoutClash({ ssh, nodes, services, edge }: Parts<StackConfig>): Mistake[] {
  const owners = new Map<number, string>(SWARM_PORTS);
  const claim = (at: KeyPath, port: number | undefined, from: number): Mistake[] => {
    if (port === undefined) return [];
    const owner = owners.get(port);
    if (owner !== undefined) {
      const remedy = `Choose another port from ${from} to 65535.`;
      return [mistake(at, port, `a port that nothing else on the nodes has (${owner})`, remedy)];
    }
    owners.set(port, `${formatKeyPath(at)} has it`);
    return [];
  };
  const sshPorts = new Map<number, KeyPath>();
  if (ssh?.port !== undefined) sshPorts.set(ssh.port, ['ssh', 'port']);
  for (const [index, node] of entriesOf(nodes)) {
    const port = node.ssh?.port;
    if (port !== undefined && !sshPorts.has(port)) sshPorts.set(port, ['nodes', index, 'ssh', 'port']);
  }
  return [
    ...[...sshPorts].flatMap(([port, at]) => claim(at, port, 1)),
    ...claim(['edge', 'ports', 'http'], edge?.ports?.http, 1),
    ...(edge?.tls ? claim(['edge', 'ports', 'https'], httpsPort(edge), 1) : []),
    ...entriesOf(services).flatMap(([index, { slotPorts }]) =>
      (['blue', 'green'] as const).flatMap((slot) =>
        claim(['services', index, 'slotPorts', slot], slotPorts?.[slot], 1024),
      ),
    ),
  ];
}
