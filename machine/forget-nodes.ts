import type Docker from 'dockerode';
import { peerAddress } from '../config/peer-address';
import type { NodeConfig } from '../config/site-config';
import { listNodes } from '../edge/swarm-state';
import { updateNode } from './update-node';

/** Takes an entry out of the Swarm. A manager that is gone for good still counts for the quorum, so it is demoted first. */
export async function forgetNode(docker: Docker, id: string): Promise<void> {
  const entry = (await listNodes(docker)).find((node) => node.id === id);
  if (!entry) return;
  if (entry.role === 'manager' && entry.reachability)
    await updateNode(docker, id, (spec) => ({ ...spec, Role: 'worker' }));
  await docker.getNode(id).remove({ force: true });
}

/**
 * A machine whose Docker was installed anew joins under a new ID; what it was before stays listed as Down.
 *
 * @param ownId under which it is in the Swarm now; empty: it has not joined yet.
 */
export async function forgetFormerSelves(
  docker: Docker,
  ownId: string,
  node: Pick<NodeConfig, 'name' | 'address' | 'mesh'>,
  log: (line: string) => void,
): Promise<void> {
  const { name } = node;
  const address = peerAddress(node);
  for (const former of await listNodes(docker)) {
    // One that never got as far as its label is known by its address only.
    if (!(former.name === name || (former.name === undefined && former.address === address))) continue;
    if (former.id === ownId || former.state === 'ready') continue;
    await forgetNode(docker, former.id);
    log(`${name}: its former entry in the Swarm (${former.id}) is gone`);
  }
}

/**
 * A joining machine that waits in vain for its certificate asks for another one, and each time Swarm notes down a node
 * without a name that never shows up (measured: three of them in a join that took 22 s). To be run when no join goes on.
 */
export async function forgetUnborn(docker: Docker): Promise<void> {
  for (const node of await listNodes(docker)) {
    // It never got into Raft, so there is nothing to demote (Swarm refuses to).
    if (node.hostname === '' && node.state === 'unknown')
      await docker.getNode(node.id).remove({ force: true });
  }
}
