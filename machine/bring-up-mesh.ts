import { messageOf, type SiteContact } from '../edge/site-contact';
import { listNodes } from '../edge/swarm-state';
import { UnreachableError } from '../remote/ssh-session';
import { endpointFor, meshNodes, type MeshNode, type MeshSite } from './mesh-conf';
import { meshConfFile } from './mesh-files';
import { readHandshakes, type Handshakes } from './mesh-handshakes';
import { meshInterface } from './mesh-interface';
import { meshKeyScript, meshScript } from './mesh-script';
import { silentPairs, type SilentPair } from './mesh-silence';
import { wantedMeshConfs, type MeshReading } from './mesh-state';
import { meshUpScript } from './mesh-up';
import { runAsRoot } from './run-as-root';
import { waitUntil } from './wait-until';

/** Longest wait for the first handshakes, in ms: WireGuard asks again after 5 s (REKEY_TIMEOUT) when one is lost. */
const handshakeTime = 20_000;

/**
 * Brings the mesh of a site to what the config says: a key on each node, then all peers everywhere, then a look whether
 * they reach each other. Over SSH to the nodes' own addresses, so that it can mend what is broken. Only what is
 * different is touched, and it can be run any number of times.
 *
 * A node that is dead holds nobody up: the others keep it as a peer when they know its key.
 *
 * @param limit longest wait for the handshakes, in ms.
 * @throws Error when a node can't do it, or when two that were reached do not reach each other.
 */
export async function bringUpMesh(
  site: MeshSite,
  contact: Pick<SiteContact, 'session' | 'manager'>,
  log: (line: string) => void,
  limit = handshakeTime,
): Promise<void> {
  const nodes = meshNodes(site).filter(({ maintenance }) => !maintenance);
  const readings = await giveKeys(nodes, contact, log);
  const confs = wantedMeshConfs(site, readings, await memberNames(contact));
  const reached = nodes.filter(({ name }) => confs.has(name));
  const give = (node: MeshNode) => giveConf(site, node, confs.get(node.name)!, contact, log);
  // Who is called comes first: a call that nobody answers is made again only after 5 s.
  await Promise.all(reached.filter(({ mesh }) => mesh.endpoint !== undefined).map(give));
  await Promise.all(reached.filter(({ mesh }) => mesh.endpoint === undefined).map(give));
  await awaitHandshakes(site, reached, contact, log, limit);
}

/** Gives a node its file; says nothing where it has it. */
export async function giveConf(
  site: MeshSite,
  { name, mesh }: MeshNode,
  conf: string,
  contact: Pick<SiteContact, 'session'>,
  log: (line: string) => void,
): Promise<void> {
  const said = await runAsRoot(await contact.session(name), meshScript(conf, meshUpScript(site.mesh, mesh)));
  if (said !== '') log(`${name}: ${said}`);
}

/** The keys of those that can be reached, made where there is none. */
async function giveKeys(
  nodes: readonly MeshNode[],
  contact: Pick<SiteContact, 'session'>,
  log: (line: string) => void,
): Promise<MeshReading[]> {
  const found = await Promise.all(
    nodes.map(async ({ name }): Promise<MeshReading[]> => {
      try {
        const session = await contact.session(name);
        const said = await runAsRoot(session, meshKeyScript);
        const key = /^key (\S+)$/m.exec(said)?.[1];
        if (key === undefined) throw new Error(`${name}: has no key of the mesh, though it should: ${said}`);
        for (const line of said.split('\n').filter((each) => !each.startsWith('key ')))
          log(`${name}: ${line}`);
        const { stdout } = await session.exec(`cat ${meshConfFile} 2>/dev/null || true`);
        return [{ name, key, up: false, conf: stdout }]; // which the script that comes next sees by itself
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
        log(`${error.message}. The mesh goes on without it; it gets what is new by a later pulumi up`);
        return [];
      }
    }),
  );
  return found.flat();
}

/** Names of the machines in the Swarm, none where there is no Swarm yet; undefined where it does not answer. */
async function memberNames(contact: Pick<SiteContact, 'manager'>): Promise<string[] | undefined> {
  try {
    const manager = await contact.manager(0);
    return manager ? (await listNodes(manager.docker)).flatMap(({ name }) => name ?? []) : [];
  } catch {
    return undefined; // it may be the mesh that keeps it from answering
  }
}

async function awaitHandshakes(
  site: MeshSite,
  reached: readonly MeshNode[],
  contact: Pick<SiteContact, 'session'>,
  log: (line: string) => void,
  limit: number,
): Promise<void> {
  const names = new Set(reached.map(({ name }) => name));
  const left = await waitUntil(
    async () => {
      const handshakes: Record<string, Handshakes> = {};
      await Promise.all(
        [...names].map(async (name) => {
          handshakes[name] = await readHandshakes(await contact.session(name)).catch((error: unknown) => {
            throw new Error(`${name}: its mesh can't be read: ${messageOf(error)}`, { cause: error });
          });
        }),
      );
      const silent = silentPairs(handshakes).filter(({ nodes }) => nodes.every((name) => names.has(name)));
      return silent.length === 0 ? undefined : silent.map((pair) => pairWords(site, pair)).join('\n');
    },
    limit,
    () => undefined,
  );
  if (left !== undefined)
    throw new Error(
      `The mesh is not whole ${limit / 1000} s after it was set up:\n${left}\nOpen it, then run pulumi up again. A node that ` +
        `is known to be out: maintenance: true. What a node sees: wg show ${meshInterface}`,
    );
  log(`the mesh is whole: ${[...names].join(', ')} reach each other`);
}

function pairWords({ mesh, nodes }: MeshSite, { nodes: pair }: SilentPair): string {
  const [first, second] = pair.map((name) => nodes.find((node) => node.name === name)!);
  const ways = [
    [first!, second!],
    [second!, first!],
  ].flatMap(([from, to]) => {
    const endpoint = endpointFor(mesh, from!, to!);
    return endpoint === undefined ? [] : [`UDP from ${from!.name} to ${endpoint} (${to!.name})`];
  });
  return `  ${first!.name} and ${second!.name} have had no handshake: ${ways.join(', or ')} must be let through`;
}
