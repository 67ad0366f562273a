import type { SiteContact } from '../edge/site-contact';
import { giveConf } from './bring-up-mesh';
import { meshNodes, type MeshNode, type MeshSite } from './mesh-conf';
import { meshKeyFile, meshPublicKeyFile } from './mesh-files';
import { readHandshakes } from './mesh-handshakes';
import { meshInterface } from './mesh-interface';
import { readMesh, wantedMeshConfs } from './mesh-state';
import { runAsRoot } from './run-as-root';
import { waitUntil } from './wait-until';

/** Longest wait for a peer to take up with the new key, in ms: WireGuard asks again after 5 s when a handshake is lost. */
const handshakeTime = 20_000;

/** Makes the new key beside the one in use, and prints the public one. */
const nextKeyScript = `set -eu
umask 077
wg genkey >${meshKeyFile}.next
wg pubkey <${meshKeyFile}.next
`;

/** From here on the node speaks with the new key; its peers' entries, and where they are, stay. */
const useNextKeyScript = `set -eu
wg pubkey <${meshKeyFile}.next >${meshPublicKeyFile}.next
chmod 644 ${meshPublicKeyFile}.next
wg set ${meshInterface} private-key ${meshKeyFile}.next
mv ${meshKeyFile}.next ${meshKeyFile}
mv ${meshPublicKeyFile}.next ${meshPublicKeyFile}
`;

/** What came of a rotation. */
export interface RotatedKey {
  /** Peers that have the new key. */
  told: string[];
  /** Peers that could not be reached; they get it by the next `pulumi up`. */
  away: string[];
  /** Milliseconds from the order to the node until the last of the peers had a handshake with the new key: no gap was longer. */
  gapMs: number;
}

/**
 * Gives a node another key. Its peers first learn of the new one, without any address, so that they answer its first
 * handshake; then the node takes it, and the peers give the node's address from the old key to the new one. What is
 * sent in between waits or is sent again by TCP.
 *
 * Killed in the middle, it leaves a node that some peers do not understand; `pulumi up` then puts it right.
 *
 * @throws UnreachableError, or Error when the node is not in the mesh yet, or a peer does not take up with the new key.
 */
export async function rotateMeshKey(
  site: MeshSite,
  name: string,
  contact: Pick<SiteContact, 'session'>,
  log: (line: string) => void,
): Promise<RotatedKey> {
  const session = await contact.session(name);
  const readings = await readMesh(site, contact);
  const own = readings.find((reading) => reading.name === name);
  if (!own?.up) throw new Error(`${name}: is not in the mesh yet. Run: pulumi up`);
  const key = await runAsRoot(session, nextKeyScript);
  const renewed = readings.map((reading) => (reading === own ? { ...own, key } : reading));
  // Peers that config does not have stay as they are: whether they may go is not for a rotation to say.
  const confs = wantedMeshConfs(site, renewed, undefined);
  const peers = meshNodes(site).filter((node) => node.name !== name && confs.has(node.name));
  await onEach(peers, contact, `wg set ${meshInterface} peer ${key}\n`);
  const began = performance.now();
  await runAsRoot(session, useNextKeyScript);
  await Promise.all(
    peers.map((peer) => giveConf(site, peer, confs.get(peer.name)!, contact, () => undefined)),
  );
  const told = peers.map((peer) => peer.name);
  await awaitPeers(name, told, contact);
  const gapMs = Math.round(performance.now() - began);
  const away = site.nodes.flatMap((node) =>
    node.name === name || told.includes(node.name) ? [] : [node.name],
  );
  for (const each of away) log(`${each}: is away; it gets the new key of ${name} by the next pulumi up`);
  return { told, away, gapMs };
}

async function onEach(
  peers: readonly MeshNode[],
  contact: Pick<SiteContact, 'session'>,
  script: string,
): Promise<void> {
  await Promise.all(peers.map(async (peer) => runAsRoot(await contact.session(peer.name), script)));
}

/** Until each of the peers has had a handshake with the new key. */
async function awaitPeers(
  name: string,
  peers: readonly string[],
  contact: Pick<SiteContact, 'session'>,
): Promise<void> {
  const left = await Promise.all(
    peers.map((peer) =>
      waitUntil(
        async () => {
          const since = (await readHandshakes(await contact.session(peer)))[name];
          return since === null || since === undefined
            ? `${peer} does not reach ${name} by its new key`
            : undefined;
        },
        handshakeTime,
        () => undefined,
      ),
    ),
  );
  const words = left.filter((each) => each !== undefined);
  if (words.length > 0) throw new Error(`${words.join('; ')}. Run: pulumi up, which says more`);
}
