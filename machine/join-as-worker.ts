import type Docker from 'dockerode';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostAndPort } from '../config/host-and-port';
import { peerAddress } from '../config/peer-address';
import type { NodeConfig } from '../config/site-config';
import type { Manager } from '../edge/site-contact';
import { forgetNode } from './forget-nodes';
import type { JoinTimes } from './join-times';
import { leave, localSwarm } from './local-swarm';
import { swarmAddresses, swarmPort } from './swarm-addresses';

/**
 * Makes a machine that is in no Swarm a worker of the site's, whatever it is to be later (machine/set-role.ts).
 *
 * Docker gives up waiting after 20 s and goes on joining behind our back. It may get there; where it does not, the
 * half-made member is taken away again, since a second join would leave it in the Swarm as a node that is Down.
 *
 * @param nodes with the manager among them: its address is where the machine joins.
 */
export async function joinAsWorker(
  docker: Docker,
  node: NodeConfig,
  manager: Manager,
  nodes: readonly NodeConfig[],
  log: (line: string) => void,
  times: JoinTimes,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await join(docker, node, manager, nodes);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 503) throw error;
      log(`${node.name}: has not joined within Docker's 20 s; waiting for it`);
      const until = Date.now() + times.ready;
      while (Date.now() < until) {
        if ((await localSwarm(docker)).LocalNodeState === 'active') return rotateToken(manager.docker);
        await sleep(times.pause);
      }
      const { NodeID } = await localSwarm(docker);
      await leave(docker);
      if (NodeID) await forgetNode(manager.docker, NodeID);
      if (attempt === 2) throw error;
      log(`${node.name}: has not joined; once more from the beginning`);
    }
  }
}

async function join(
  docker: Docker,
  node: NodeConfig,
  manager: Manager,
  nodes: readonly NodeConfig[],
): Promise<void> {
  const { JoinTokens } = await inspectSwarm(manager.docker);
  const address = peerAddress(nodes.find((each) => each.name === manager.name)!);
  await docker.swarmJoin({
    ...swarmAddresses(node),
    RemoteAddrs: [hostAndPort(address, swarmPort)],
    JoinToken: JoinTokens.Worker,
  });
  await rotateToken(manager.docker);
}

/** The token has been on the wire to one more machine: it is good for this one join. */
async function rotateToken(docker: Docker): Promise<void> {
  const { Version, Spec } = await inspectSwarm(docker);
  await docker.swarmUpdate({
    _query: { version: Version.Index, rotateWorkerToken: true },
    _body: Spec,
  });
}

interface InspectedSwarm {
  Version: { Index: number };
  Spec: object;
  JoinTokens: Record<'Manager' | 'Worker', string>;
}

async function inspectSwarm(docker: Docker): Promise<InspectedSwarm> {
  return (await docker.swarmInspect()) as InspectedSwarm;
}
