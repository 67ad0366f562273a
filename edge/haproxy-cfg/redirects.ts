import type { ServiceConfig, SiteConfig } from '../../config/site-config';
import { schemeOf } from './tls';

/**
 * Sends visitors of other host names on, with path and query. The port stays the one that the client named, which is the
 * public's even where a router before the edges has another one than they have.
 */
export function redirects(site: Pick<SiteConfig, 'edge'>, { hostnames, redirects }: ServiceConfig): string[] {
  const scheme = schemeOf(site);
  return redirects.flatMap(({ from, to = hostnames[0]!, code }) => {
    const isFrom = `{ var(txn.host) -m str ${from} }`;
    const port = 'req.hdr(host),port_only';
    return [
      `  http-request redirect prefix ${scheme}://${to}:%[${port}] code ${code} if ${isFrom} { ${port} 1:65535 }`,
      `  http-request redirect prefix ${scheme}://${to} code ${code} if ${isFrom}`,
    ];
  });
}
