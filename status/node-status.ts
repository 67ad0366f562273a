import type { NodeConfig, NodeRole } from '../config/site-config';
import type { SwarmNode } from '../edge/swarm-state';
import type { SiteReading } from './site-reading';

/** One machine of the config. */
export interface NodeStatus {
  name: string;
  place: string;
  roles: NodeRole[];
  /** True while the config says that the node is out: it is not asked, and nothing of it counts. */
  maintenance: boolean;
  /** Swarm's word: `ready`, `down`, `unknown`, `disconnected`; undefined: the Swarm does not list it, or can't be read. */
  state?: string;
  /** Swarm's word: `active`, `pause`, `drain`. */
  availability?: string;
  /** Of a manager, as the other managers see it: `reachable`, `unreachable`, `unknown`. */
  reachability?: string;
  /** Whether it let us in over SSH; undefined: it was not asked. */
  reachable?: boolean;
  /** Why it is not reachable. */
  unreachable?: string;
}

/** The Swarm's entry of a node of the config: where a machine was installed anew there may be an old entry too, which is down. */
export function swarmNodeOf(nodes: readonly SwarmNode[], name: string): SwarmNode | undefined {
  const own = nodes.filter((node) => node.name === name);
  return own.find((node) => node.state === 'ready') ?? own[0];
}

/** One row for each node of the config, in its order. */
export function nodeStatuses(
  nodes: readonly NodeConfig[],
  { swarm, unreachable }: Pick<SiteReading, 'swarm' | 'unreachable'>,
): NodeStatus[] {
  return nodes.map(({ name, place, roles, maintenance }) => {
    const entry = swarm.kind === 'read' ? swarmNodeOf(swarm.nodes, name) : undefined;
    const why = unreachable[name];
    return {
      name,
      place,
      roles,
      maintenance,
      ...(entry && { state: entry.state, availability: entry.availability }),
      ...(entry?.reachability && { reachability: entry.reachability }),
      ...(!maintenance && { reachable: why === undefined }),
      ...(why !== undefined && { unreachable: why }),
    };
  });
}

/** What is wrong with the nodes, one sentence for each that has something; none for those in maintenance. */
export function nodeProblems(nodes: readonly NodeStatus[], swarmWasRead: boolean): string[] {
  return nodes
    .filter(({ maintenance }) => !maintenance)
    .flatMap((node) => {
      const { name, roles, state, availability, reachability, unreachable } = node;
      const found = [
        ...(swarmWasRead && !state ? ['is not in the Swarm'] : []),
        ...(state && state !== 'ready' ? [`Swarm calls it ${state}`] : []),
        ...(state === 'ready' && availability && availability !== 'active'
          ? [`its availability is ${availability}, so Swarm runs nothing on it`]
          : []),
        ...(state === 'ready' && reachability && reachability !== 'reachable'
          ? [`the other managers find it ${reachability}`]
          : []),
        // One that was taken back after a lost quorum is a worker until Swarm has made it a manager again.
        ...(state === 'ready' && roles.includes('manager') && !reachability
          ? ['is not among the managers (yet)']
          : []),
        ...(unreachable ? [withoutName(unreachable, name)] : []),
      ];
      return found.length > 0 ? [`${name}: ${found.join('; ')}`] : [];
    });
}

/** An `UnreachableError` begins with the node's name and address, which are known. */
function withoutName(message: string, name: string): string {
  return message.startsWith(`${name} (`) ? message.slice(message.indexOf(') ') + 2) : message;
}
