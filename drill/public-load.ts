import { hostAndPort } from '../config/host-and-port';
import { publicOrigin } from '../config/public-origin';
import type { SiteConfig } from '../config/site-config';
import type { LoadOptions, LoadTls } from '../lab/load/load-options';

/**
 * Where a drill's load goes, and whom it asks for: as the public comes, so over TLS where the edges have it (they send plain HTTP
 * there, which is no answer). To the address that the edges share; without one, to the edges that are not hit.
 *
 * @param service whose first hostname is asked for.
 * @param machine the one that is hit.
 * @param tls of `publicTls`.
 */
export function publicLoad(
  { edge, nodes, services }: Pick<SiteConfig, 'edge' | 'nodes' | 'services'>,
  service: string,
  machine: string,
  tls?: LoadTls,
): Pick<LoadOptions, 'targets' | 'host' | 'tls'> {
  const [shared] = edge.sharedAddresses;
  const edges = nodes.filter(
    ({ name, roles, maintenance }) => name !== machine && !maintenance && roles.includes('edge'),
  );
  const { scheme, port = scheme === 'https' ? 443 : 80 } = publicOrigin(edge);
  return {
    targets: (shared ? [{ name: 'shared', address: shared.address }] : edges).map(({ name, address }) => ({
      name,
      origin: `${scheme}://${hostAndPort(address, port)}`,
    })),
    host: services.find(({ name }) => name === service)!.hostnames[0]!,
    ...(tls && { tls }),
  };
}
