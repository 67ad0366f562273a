import type { SiteConfig } from '../config/site-config';
import type { SiteContact } from '../edge/site-contact';
import type { SwarmNode } from '../edge/swarm-state';
import { meshConfFile } from './mesh-files';

const remedy =
  'Swarm keeps the addresses that its members joined with, so a mesh is put under a site, or taken away, before it has a ' +
  'Swarm. docs/mesh.md, "A site that runs already", says how.';

/**
 * Why a config with another mesh than the Swarm has must not be taken: its rules would close the ports that the Swarm uses.
 *
 * @param nodes of the Swarm.
 */
export async function swarmElsewhere(
  config: Pick<SiteConfig, 'nodes' | 'mesh'>,
  nodes: readonly SwarmNode[],
  contact: Pick<SiteContact, 'session'>,
): Promise<string[]> {
  const found = await Promise.all(
    config.nodes.map(async ({ name, address, mesh }): Promise<string[]> => {
      const member = nodes.find((each) => each.name === name && each.state === 'ready');
      if (!member) return [];
      const joined = member.advertised?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') ?? member.address;
      if (mesh && joined === address)
        return [
          `${name} is in the Swarm at ${address}, and evenkeel:mesh makes that ${mesh.address}. ${remedy}`,
        ];
      if (mesh || joined === address || !(await hasMesh(name, contact))) return [];
      return [
        `${name} is in the Swarm at ${joined}, an address of its mesh, and there is no evenkeel:mesh. ${remedy}`,
      ];
    }),
  );
  return found.flat();
}

async function hasMesh(name: string, contact: Pick<SiteContact, 'session'>): Promise<boolean> {
  try {
    const { code } = await (await contact.session(name)).exec(`test -e ${meshConfFile}`);
    return code === 0;
  } catch {
    return false;
  }
}
