import type { SiteConfig } from '../config/site-config';
import { dockerApi } from '../remote/docker-api';
import { edgeContainerTlsPort } from './haproxy-cfg';
import type { SiteContact } from './site-contact';
import type { EdgeState } from './site-state';

/**
 * The edges of a site with TLS whose container has no port for it: they have yet to be made anew by the rollout that is under way, and get
 * their haproxy.cfg then. A reload before would send everybody to HTTPS, on a machine whose port is still closed.
 */
export async function edgesWithoutTlsPort(
  edges: readonly EdgeState[],
  { edge }: Pick<SiteConfig, 'edge'>,
  contact: Pick<SiteContact, 'session'>,
): Promise<EdgeState[]> {
  if (!edge.tls) return [];
  const found = await Promise.all(
    edges.map(async (each) => {
      try {
        const docker = dockerApi(await contact.session(each.name));
        const { NetworkSettings } = await docker.getContainer(each.task!.containerId).inspect();
        const ports = NetworkSettings.Ports as Record<string, unknown>;
        return ports[`${edgeContainerTlsPort}/tcp`] ? [] : [each];
      } catch {
        return []; // it is just going
      }
    }),
  );
  return found.flat();
}
