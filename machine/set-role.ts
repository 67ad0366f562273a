import type Docker from 'dockerode';
import type { NodeConfig } from '../config/site-config';
import { messageOf } from '../edge/site-contact';
import { listNodes, type SwarmNode } from '../edge/swarm-state';
import type { JoinTimes } from './join-times';
import { localSwarm } from './local-swarm';
import { needsNewcomer } from './needs-newcomer';
import { updateNode } from './update-node';
import { waitUntil } from './wait-until';

/**
 * Makes a member of the Swarm a manager or a worker, as the config has it, and waits until it is. Swarm takes the order at
 * once and carries it out later; were the next machine to join before, the managers could be without a quorum (measured: a
 * join that never ended).
 *
 * A machine joins as a worker and is promoted when it is ready, also where it is to be a manager from the beginning. In
 * either case the leader first asks whether the newcomer's manager answers, takes it into Raft, and only then tells it so
 * (swarmkit, manager/state/raft/raft.go, `Join`): from then on it counts, and where there was one manager nothing can be
 * decided without it. What differs is what becomes of a newcomer that fails in that moment:
 *
 * - A machine that joins with a manager's token is not ready before its manager runs (swarmkit, node/node.go, `run`). Docker
 *   does not start a node again that was never ready (moby, daemon/cluster/noderunner.go, `handleNodeExit`). So the quorum
 *   is lost for good (seen on the lab, restoring a Swarm to blank machines).
 * - A worker was ready. When its manager stops (node/node.go, `superviseManager`), Docker starts the node again, 0.2 s later
 *   the first time, and it asks to be taken in once more. Raft knows it by its ID then and takes nobody in twice (`Join`
 *   again); the leader is there to say so for 10 s, its election timeout.
 *
 * The danger is so not gone, but lasts for a moment, and heals. What can fail before, as certificates, ports and clocks that
 * do not fit, fails without a vote. And where the quorum is about to depend on the machine, it must have been well for a
 * while.
 *
 * @param own Docker of the machine itself.
 * @throws Error when it is not so in time. One that Raft has not taken in is a worker again then.
 */
export async function setRole(
  self: SwarmNode,
  node: Pick<NodeConfig, 'name' | 'roles'>,
  manager: Docker,
  own: Docker,
  log: (line: string) => void,
  times: JoinTimes,
): Promise<void> {
  const { name } = node;
  const role = node.roles.includes('manager') ? 'manager' : 'worker';
  const changes = self.role !== role;
  if (changes) {
    if (role === 'manager' && needsNewcomer(await listNodes(manager)))
      await awaitSteady(self, name, manager, own, log, times);
    await updateNode(manager, self.id, (spec) => ({ ...spec, Role: role }));
  }
  const wanted = role === 'manager' ? 'reachable' : undefined;
  let has: string | undefined;
  const left = await waitUntil(
    async () => {
      has = 'without a leader'; // while managers come and go there may be nobody to ask
      has = (await find(self.id, manager)).reachability;
      return has === wanted
        ? undefined
        : `${name}: is to be a ${role}, and the Swarm says ${has ?? 'worker'}`;
    },
    times.role,
    log,
    times.pause,
  );
  if (left === undefined) return changes ? log(`${name}: is a ${role} now`) : undefined;
  const back = role === 'manager' && has === undefined && (await takeBack(self.id, manager));
  throw new Error(
    `${name}: was told to be a ${role} ${times.role / 1000} s ago, and it is not yet: ${left}. ` +
      (back
        ? `It is a worker again. See why on the machine: journalctl -u docker`
        : `Look with: docker node ls. Where that finds no leader, start Docker on ${name} anew (systemctl restart docker), ` +
          `and where that does not help: evenkeel recover`),
  );
}

async function find(id: string, manager: Docker): Promise<SwarmNode> {
  const found = (await listNodes(manager)).find((each) => each.id === id);
  if (!found) throw new Error(`the Swarm does not know the node ${id}`);
  return found;
}

/** A node whose manager can't join Raft is started again and again, and its tasks with it. It has no vote to be missed. */
async function takeBack(id: string, manager: Docker): Promise<boolean> {
  return updateNode(manager, id, (spec) => ({ ...spec, Role: 'worker' })).then(
    () => true,
    () => false,
  );
}

/** Until both Swarm and the machine itself have called it well in each look for a while. */
async function awaitSteady(
  self: SwarmNode,
  name: string,
  manager: Docker,
  own: Docker,
  log: (line: string) => void,
  { ready, steady, pause }: JoinTimes,
): Promise<void> {
  let since: number | undefined;
  const left = await waitUntil(
    async () => {
      const why = await whyUnwell(self.id, manager, own).catch(messageOf);
      since = why === undefined ? (since ?? Date.now()) : undefined;
      if (since === undefined) return `${name}: ${why}`;
      return Date.now() - since >= steady ? undefined : `${name}: must be well for ${steady / 1000} s`;
    },
    ready + steady,
    log,
    pause,
  );
  if (left !== undefined)
    throw new Error(
      `${left}. With it as a manager the Swarm would depend on it, so it stays a worker. See what its Docker says on the ` +
        `machine: docker info; journalctl -u docker`,
    );
}

async function whyUnwell(id: string, manager: Docker, own: Docker): Promise<string | undefined> {
  const { state } = await find(id, manager);
  if (state !== 'ready') return `Swarm calls it ${state}`;
  const { LocalNodeState, Error: error } = await localSwarm(own);
  return LocalNodeState === 'active' && !error
    ? undefined
    : `its Docker says ${error || LocalNodeState} of the Swarm`;
}
