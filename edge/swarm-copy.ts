import { parsePointer } from '../release/pointer';
import { pointerLabel } from './entry-command';
import type { SiteContact } from './site-contact';
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

/** Reads it from the first manager that answers. @throws Error as `SiteContact.firstManager` does. */
export async function readSwarmCopy(contact: SiteContact): Promise<SwarmCopy> {
  const { docker, clusterId } = await contact.firstManager();
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
