/** What has to be known of a site before one of its machines may be taken out. Plain values; see `readSituation`. */
export interface SiteSituation {
  /** The machines of the config, in its order. */
  nodes: NodeSituation[];
  /** All managers of the Swarm that vote, also those that the config does not know. */
  managers: ManagerSituation[];
  /** What each service has to do just now. */
  demand: ServiceDemand[];
  /** Where Swarm's rollout of the edges is not complete: its word, e.g. `updating`, `paused`. */
  rollout?: string;
  /** Services whose nodes are just going from one slot to the other (strategy rolling). */
  rolls: string[];
}

/** What a service has to do, as its edges see it at one moment. */
export interface ServiceDemand {
  service: string;
  /** Requests at the edge that has the most of them for its live slot: those in work and those that wait. */
  requests: number;
  /** How many requests of one edge one machine takes at the same time (`limits.maxConnections`). */
  each: number;
}

/** One manager, as the others see it. */
export interface ManagerSituation {
  /** Name in the config, else the host name. */
  name: string;
  reachable: boolean;
}

/** One machine. */
export interface NodeSituation {
  name: string;
  /** The config has `maintenance: true` for it. */
  maintenance: boolean;
  /** It was taken out of service: what for, since when and by whom. */
  out?: string;
  /** Swarm's word: `ready`, `down`, `unknown`, `disconnected`; undefined: the Swarm does not list it. */
  state?: string;
  /** Swarm's word: `active`, `pause`, `drain`. */
  availability?: string;
  /** Only with the role edge: undefined while it serves what is live, else why it does not. */
  edge?: { problem?: string };
  /** Services that have their slots on it. */
  services: string[];
  /** Those of them whose live slot every edge that serves finds healthy on it, by its own check. */
  healthy: string[];
}

/**
 * What is to happen to a machine: it goes and comes back (`drain`, `reboot`, `update`), or it goes for good as a member
 * of the Swarm (`replace`, `remove`).
 */
export type NodeStep = 'drain' | 'reboot' | 'update' | 'replace' | 'remove';
