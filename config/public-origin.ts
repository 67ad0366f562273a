import { httpsPort } from './https-port';
import type { EdgeConfig } from './site-config';

/** How the public is to come to the edges: by HTTPS where there is TLS. The port is undefined where it is the scheme's own. */
export function publicOrigin(edge: Pick<EdgeConfig, 'ports' | 'tls'>): {
  scheme: 'http' | 'https';
  port?: number;
} {
  const [scheme, port, own] = edge.tls
    ? (['https', httpsPort(edge), 443] as const)
    : (['http', edge.ports.http, 80] as const);
  return { scheme, ...(port !== own && { port }) };
}
