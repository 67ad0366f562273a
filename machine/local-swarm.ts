import type Docker from 'dockerode';

/** What a machine says of its own membership. */
export interface LocalSwarm {
  /** `active`, `inactive`, `pending`, `error` or `locked`. */
  LocalNodeState: string;
  /** ID as a node; empty in no Swarm. */
  NodeID: string;
  /** Why it is in the state `error`; else empty. */
  Error?: string;
}

/** Asks a machine's own Docker. */
export async function localSwarm(docker: Docker): Promise<LocalSwarm> {
  const { Swarm } = (await docker.info()) as { Swarm: LocalSwarm };
  return Swarm;
}

/** Lets a machine leave whatever Swarm it is in, or half in. */
export async function leave(docker: Docker): Promise<void> {
  const { LocalNodeState } = await localSwarm(docker);
  if (LocalNodeState !== 'inactive') await docker.swarmLeave({ force: true });
}
