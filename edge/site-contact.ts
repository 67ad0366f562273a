import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { NodeConfig } from '../config/site-config';
import { dockerApi } from '../remote/docker-api';
import { SshSession } from '../remote/ssh-session';
import { edgeServiceName, findService, listNodes } from './swarm-state';

/** A manager that answers for the site's Swarm. */
export interface Manager {
  /** Name of the node. */
  name: string;
  docker: Docker;
  /** ID of the Swarm, which no other Swarm has. */
  clusterId: string;
}

/** Time in which a node must let us in, in ms. A healthy one on another continent needs less than 2 s. */
const contactTimeout = 5000;

/** Time that a request to Docker may take once its manager has answered, in ms: Swarm holds requests back while it elects a leader. */
const requestTimeout = 30_000;

/**
 * How long the managers may be without a leader, in ms, before that is called a missing quorum. A follower stands for
 * election 10 to 20 s after the leader's last heartbeat (swarmkit, manager/state/raft/raft.go: ElectionTick 10,
 * HeartbeatTick 1, a tick of 1 s, and etcd's raft draws from one to two times that), and a split vote needs another round.
 */
const electionTime = 45_000;

/** How long to wait, in ms, where the machines of most managers answer and Docker on some does not: it may just restart. */
const dockerRestartTime = 15_000;

/**
 * The program's line to a site: one SSH session to each node, opened when first asked for and opened again when it
 * broke, and the first manager, in the order of the config, that answers `node ls`.
 */
export class SiteContact {
  private readonly sessions = new Map<string, Promise<SshSession>>();

  constructor(readonly nodes: readonly NodeConfig[]) {}

  /** @throws UnreachableError */
  session(name: string): Promise<SshSession> {
    const open = this.sessions.get(name);
    if (open) return open;
    const node = this.nodes.find((each) => each.name === name);
    if (!node) return Promise.reject(new Error(`no node ${name} in the config`));
    const opening = SshSession.open(node, contactTimeout);
    this.sessions.set(name, opening);
    const forget = () => this.sessions.get(name) === opening && this.sessions.delete(name);
    opening.then((session) => session.onClose(forget), forget);
    return opening;
  }

  /**
   * The site's Swarm, or undefined when no manager that answers is in one (a site before its first deploy).
   *
   * A ping is not enough, and neither is membership: a machine that was installed anew answers too, and may be a Swarm
   * of its own. The Swarm that counts has a quorum; where several do, it is the one that has our edges.
   *
   * @param patience ms to wait at most for managers that are there and have no leader.
   * @throws Error when no manager can be reached, when none of those in a Swarm has a quorum, or when two Swarms claim the site.
   */
  async manager(patience = electionTime): Promise<Manager | undefined> {
    const began = Date.now();
    for (;;) {
      const { found, error } = await this.askManagers();
      if (!error) return found;
      if (Date.now() - began >= Math.min(patience, error.mayPassWithin)) throw new Error(error.message);
      await sleep(1000);
    }
  }

  /** One look. An error may pass, within so many ms, when the managers are there, and only without a leader. */
  private async askManagers(): Promise<{
    found?: Manager;
    error?: { message: string; mayPassWithin: number };
  }> {
    const managers = this.nodes.filter((node) => node.roles.includes('manager') && !node.maintenance);
    const answers = await Promise.all(managers.map((node) => this.askManager(node.name)));
    const found = answers.flatMap((answer) => answer.manager ?? []);
    const clusters = new Set(found.map(({ clusterId }) => clusterId));
    if (clusters.size <= 1 && found[0]) return { found: found[0] };
    if (clusters.size > 1) return { found: await this.withEdges(found) };
    const reasons = answers.map(({ reason }) => `  ${reason}`).join('\n');
    if (answers.every(({ reached }) => !reached))
      return {
        error: {
          message: `No manager of this site can be reached:\n${reasons}\nNothing was touched.`,
          mayPassWithin: 0,
        },
      };
    if (answers.some(({ inSwarm }) => inSwarm))
      return {
        error: {
          message:
            `No manager of this site has a quorum, so the Swarm takes no change:\n${reasons}\nNothing was touched, and what ` +
            `runs keeps running. Start the managers that are down, and run this again; when they are lost for good: evenkeel recover`,
          mayPassWithin: mostOf(answers, ({ inSwarm }) => inSwarm)
            ? electionTime
            : mostOf(answers, ({ reached }) => reached)
              ? dockerRestartTime
              : 0, // nobody is there to elect anybody
        },
      };
    return {};
  }

  /**
   * The first manager that answers for a Swarm with our edges, without waiting for the others: for what must be quick.
   * @throws Error with what each of them said.
   */
  async firstManager(): Promise<Manager> {
    const managers = this.nodes.filter((node) => node.roles.includes('manager') && !node.maintenance);
    try {
      return await Promise.any(
        managers.map(async ({ name }) => {
          const { manager, reason } = await this.askManager(name);
          if (!manager) throw new Error(reason);
          if (!(await findService(manager.docker, edgeServiceName)))
            throw new Error(`${name}: its Swarm has no edges of ours`);
          return manager;
        }),
      );
    } catch (error) {
      if (error instanceof AggregateError)
        throw new Error(error.errors.map(messageOf).join('; '), { cause: error });
      throw error;
    }
  }

  /** ID under which a machine is in a Swarm, by its own account; empty when it is in none. @throws when it can't be asked. */
  async swarmNodeId(name: string): Promise<string> {
    const docker = dockerApi(await this.session(name), contactTimeout);
    const { Swarm } = (await docker.info()) as { Swarm: { LocalNodeState: string; NodeID: string } };
    return Swarm.LocalNodeState === 'inactive' ? '' : Swarm.NodeID;
  }

  close(): void {
    for (const opening of this.sessions.values())
      opening.then(
        (session) => session.close(),
        () => undefined,
      );
  }

  private async askManager(
    name: string,
  ): Promise<{ manager?: Manager; reached: boolean; inSwarm: boolean; reason: string }> {
    let session: SshSession;
    try {
      session = await this.session(name);
    } catch (error) {
      return { reached: false, inSwarm: false, reason: messageOf(error) };
    }
    const docker = dockerApi(session, contactTimeout);
    try {
      const { Swarm } = (await docker.info()) as {
        Swarm: { LocalNodeState: string; ControlAvailable: boolean; Cluster?: { ID: string } };
      };
      if (Swarm.LocalNodeState === 'inactive')
        return { reached: true, inSwarm: false, reason: `${name}: is in no Swarm` };
      if (!Swarm.ControlAvailable || !Swarm.Cluster?.ID)
        return {
          reached: true,
          inSwarm: true,
          reason: `${name}: is no manager, or has no quorum (${Swarm.LocalNodeState})`,
        };
      await listNodes(docker);
      return {
        manager: { name, docker: dockerApi(session, requestTimeout), clusterId: Swarm.Cluster.ID },
        reached: true,
        inSwarm: true,
        reason: '',
      };
    } catch (error) {
      const noDocker = /connect failed|open failed|Channel open failure/i.test(messageOf(error));
      return {
        reached: true,
        inSwarm: !noDocker,
        reason: `${name}: ${noDocker ? 'has no Docker' : messageOf(error)}`,
      };
    }
  }

  private async withEdges(found: Manager[]): Promise<Manager> {
    const ours: Manager[] = [];
    for (const manager of found) if (await findService(manager.docker, edgeServiceName)) ours.push(manager);
    if (ours[0] && new Set(ours.map(({ clusterId }) => clusterId)).size === 1) return ours[0];
    throw new Error(
      `The managers of this site are in different Swarms (${found.map(({ name, clusterId }) => `${name}: ${clusterId}`).join(', ')}), ` +
        `and it can't be told which one is the site's. Take the wrong one away on its machines with: docker swarm leave --force`,
    );
  }
}

function mostOf<T>(all: readonly T[], is: (each: T) => boolean): boolean {
  return all.filter(is).length > all.length / 2;
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
