import type { Manager } from './site-contact';
import { parsePointer } from '../release/pointer';
import { pointerLabel } from './entry-command';
import { edgeServiceName } from './swarm-state';

/** What the Swarm has of a site, as Docker's API says it. Docker gives out no secret's content, so none is in it. */
export interface SwarmCopy {
  /** ISO time. */
  at: string;
  clusterId: string;
  /** Generation of the label; undefined before the first deploy. */
  generation?: number;
  /** The label's text. */
  pointer?: string;
  nodes: unknown[];
  services: unknown[];
  secrets: unknown[];
  configs: unknown[];
}

/** Reads it through a manager. @throws Error when that has no leader. */
export async function readSwarmCopy({ docker, clusterId }: Manager): Promise<SwarmCopy> {
  const [nodes, services, secrets, configs] = await Promise.all([
    docker.listNodes() as Promise<unknown[]>,
    docker.listServices(),
    docker.listSecrets() as Promise<unknown[]>,
    docker.listConfigs() as Promise<unknown[]>,
  ]);
  const pointer = services.find(({ Spec }) => Spec?.Name === edgeServiceName)?.Spec?.Labels?.[pointerLabel];
  return {
    at: new Date().toISOString(),
    clusterId,
    ...(pointer && { generation: parsePointer(pointer).generation, pointer }),
    nodes,
    services,
    secrets,
    configs,
  };
}
