import type { SiteContact } from '../edge/site-contact';
import { meshConf, meshNodes, peersIn, type MeshPeer, type MeshSite } from './mesh-conf';
import { meshAppliedFile, meshConfFile, meshPublicKeyFile } from './mesh-files';
import { meshInterface } from './mesh-interface';

/** What a node says of its mesh. */
export interface MeshReading {
  /** Name of the node. */
  name: string;
  /** Its public key; undefined: it has none yet. */
  key?: string;
  /** Whether its interface is there, with what its file says. */
  up: boolean;
  /** Text of its file; empty where it has none. */
  conf: string;
}

/** Prints the public key, `up` or `down`, and the file; any user may read them. */
const readCommand =
  `cat ${meshPublicKeyFile} 2>/dev/null || echo; ` +
  `if [ -e /sys/class/net/${meshInterface} ] && cmp -s ${meshConfFile} ${meshAppliedFile}; then echo up; else echo down; fi; ` +
  `cat ${meshConfFile} 2>/dev/null || true`;

/** Reads what `readCommand` printed. */
function parseMesh(name: string, text: string): MeshReading {
  const [key = '', state, ...conf] = text.split('\n');
  return { name, ...(key !== '' && { key }), up: state === 'up', conf: conf.join('\n') };
}

/** Reads the mesh of all nodes that can be reached; those in maintenance are not asked. Nothing of it is secret. */
export async function readMesh(
  { nodes }: Pick<MeshSite, 'nodes'>,
  contact: Pick<SiteContact, 'session'>,
): Promise<MeshReading[]> {
  const readings = await Promise.all(
    nodes
      .filter(({ maintenance }) => !maintenance)
      .map(async ({ name }): Promise<MeshReading[]> => {
        try {
          const session = await contact.session(name);
          return [parseMesh(name, (await session.exec(readCommand)).stdout)];
        } catch {
          return [];
        }
      }),
  );
  return readings.flat();
}

/** The public keys that are known, by name of node: a node's own word, else what the others have of it. */
export function knownKeys(readings: readonly MeshReading[]): Map<string, string> {
  const others = readings.flatMap(({ conf }) => peersIn(conf).map(({ name, key }) => [name, key] as const));
  const own = readings.flatMap(({ name, key }) => (key === undefined ? [] : [[name, key] as const]));
  return new Map([...others, ...own]);
}

/**
 * The files that the nodes should have, by name of node.
 *
 * @param members names of the machines in the Swarm: one of them that config has no more stays a peer until it has left,
 *   so that it can leave in order. Undefined: the Swarm can't be asked, and all stay.
 */
export function wantedMeshConfs(
  site: MeshSite,
  readings: readonly MeshReading[],
  members: readonly string[] | undefined,
): Map<string, string> {
  const keys = knownKeys(readings);
  const inConfig = new Set(site.nodes.map(({ name }) => name));
  const stays = ({ name }: MeshPeer) => !inConfig.has(name) && (members?.includes(name) ?? true);
  return new Map(
    meshNodes(site).flatMap((node) => {
      const reading = readings.find(({ name }) => name === node.name);
      return reading
        ? [[node.name, meshConf(site, node, keys, peersIn(reading.conf).filter(stays))] as const]
        : [];
    }),
  );
}

/** In which ways the mesh is not as it should be, in words, for the nodes that could be read. */
export function meshDifferences(
  site: MeshSite,
  readings: readonly MeshReading[],
  members: readonly string[],
): string[] {
  const wanted = wantedMeshConfs(site, readings, members);
  return readings.flatMap(({ name, key, up, conf }) => {
    if (key === undefined) return [`${name}: has no key of the mesh yet`];
    if (!up) return [`${name}: its mesh is not up`];
    return wanted.get(name) === conf
      ? []
      : [`${name}: its peers in the mesh are not the ones it should have`];
  });
}
