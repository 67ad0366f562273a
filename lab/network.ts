import { readFileSync } from 'node:fs';
import { bridgeName, checkoutLabel, labLabel } from './naming';
import { must } from './must';
import { run } from './run';
import { chooseSubnet } from './subnet';

/** The lab's network in the engine. */
export interface LabNetwork {
  /** Its name: the lab's. */
  name: string;
  /** CIDR form, always a /24. */
  subnet: string;
}

/** Finds the lab's network, or makes it on a subnet that neither a route of this machine nor another network uses. */
export async function ensureNetwork(docker: string[], lab: string, checkout: string): Promise<LabNetwork> {
  const found = await run([
    ...docker,
    'network',
    'inspect',
    '-f',
    '{{range .IPAM.Config}}{{.Subnet}}{{end}}',
    lab,
  ]);
  if (found.code === 0) return { name: lab, subnet: found.stdout.trim() };
  const used = [...localRoutes(), ...(await dockerSubnets(docker))];
  for (;;) {
    const subnet = chooseSubnet(used);
    const options = ['--driver', 'bridge', '--subnet', subnet];
    const labels = ['--label', `${labLabel}=${lab}`, '--label', `${checkoutLabel}=${checkout}`];
    const bridge = ['-o', `com.docker.network.bridge.name=${bridgeName(lab)}`];
    const made = await run([...docker, 'network', 'create', ...options, ...labels, ...bridge, lab]);
    if (made.code === 0) return { name: lab, subnet };
    // Another lab, starting at this moment, may have taken it.
    if (!/overlaps/i.test(made.stderr))
      throw new Error(`The lab's network could not be made: ${made.stderr.trim()}`);
    used.push(subnet);
  }
}

async function dockerSubnets(docker: string[]): Promise<string[]> {
  const ids = (await must([...docker, 'network', 'ls', '-q'])).split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  const format = '{{range .IPAM.Config}}{{.Subnet}} {{end}}';
  const subnets = await must([...docker, 'network', 'inspect', '-f', format, ...ids]);
  return subnets.split(/\s+/).filter((subnet) => /^[\d.]+\/\d+$/.test(subnet));
}

/** Networks of this machine's IPv4 routes. /proc/net/route has addresses and masks as little-endian hex. */
function localRoutes(): string[] {
  let table: string;
  try {
    table = readFileSync('/proc/net/route', 'utf8');
  } catch {
    return []; // not Linux: containers have networks of their own there
  }
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length > 7)
    .map((fields) => {
      const bytes = (hex: string) => [...Buffer.from(hex, 'hex')].reverse();
      const bits = bytes(fields[7] ?? '').reduce(
        (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
        0,
      );
      return `${bytes(fields[1] ?? '').join('.')}/${bits}`;
    });
}
