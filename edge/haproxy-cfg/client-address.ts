import { peerAddress } from '../../config/peer-address';
import type { SiteConfig } from '../../config/site-config';
import { acl } from './acl';
import { edgeNodes } from './edge-nodes';

/** How many trusted proxies there may be one behind the other: a CDN, a tunnel and one more. */
const proxiesInARow = 3;

const saysScheme = '{ req.fhdr(x-forwarded-proto) -m str http https }';

const isBelieved = '{ var(txn.believed) -m found }';

/**
 * Finds out who the client is, as `txn.client`, and says so to the service: `X-Forwarded-For` has that one address,
 * `X-Forwarded-Proto` is http or https, `X-Forwarded-Host` the name that the client asked for. Whatever else a client says
 * of itself in such headers is taken away: a service that believes them would believe anybody. Another edge of the site and
 * the proxies in `edge.trustedProxies` are believed; of the addresses that such a proxy names, the last one counts that is
 * no trusted proxy's.
 *
 * Cloudflare says it in a header of its own, which is believed from the networks in `edge.tls.clientAddress` alone: whoever else could
 * set it would be whom he likes.
 *
 * @param isForwarded true of a request that says that an edge has passed it on; from anybody but an edge it is a mere claim.
 */
export function knowClient(site: SiteConfig, isForwarded: string): string[] {
  const { trustedProxies } = site.edge;
  const edges = edgeNodes(site).map(peerAddress);
  const hasProxies = trustedProxies.length > 0;
  const said = (position: number) => `set-var(txn.client) req.hdr_ip(x-forwarded-for,-${position})`;
  const further = Array.from({ length: hasProxies ? proxiesInARow - 1 : 0 }, (_, index) => index + 2);
  return [
    ...acl('from_edge', 'src', edges),
    ...acl('from_proxy', 'src', trustedProxies),
    ...acl('client_is_proxy', 'var(txn.client) -m ip', trustedProxies),
    `  http-request set-var(txn.believed) bool(true) if from_edge ${isForwarded}${hasProxies ? ' or from_proxy' : ''}`,
    '  http-request set-var(txn.client) src',
    `  http-request ${said(1)} if ${isBelieved}`,
    ...further.map((position) => `  http-request ${said(position)} if ${isBelieved} client_is_proxy`),
    ...fromCloudflare(site),
    `  http-request del-header x-forwarded- -m beg unless ${isBelieved}`,
    '  http-request del-header forwarded',
    '  http-request del-header x-real-ip',
    '  http-request set-header x-forwarded-for %[var(txn.client)]',
    ...(site.edge.tls
      ? [`  http-request set-header x-forwarded-proto https if { ssl_fc } !${saysScheme}`]
      : []),
    `  http-request set-header x-forwarded-proto http unless ${saysScheme}`,
    '  http-request set-header x-forwarded-host %[req.hdr(host)] unless { req.fhdr(x-forwarded-host) -m found }',
  ];
}

/** Where Cloudflare says whom it has got a request from (its documentation, "Cloudflare HTTP headers"). */
const cloudflareHeader = 'cf-connecting-ip';

function fromCloudflare({ edge }: SiteConfig): string[] {
  if (!edge.tls) return [];
  const ranges = edge.tls.clientAddress?.ranges ?? [];
  const isCloudflare = ranges.length > 0 ? 'from_cloudflare or ' : '';
  return [
    ...acl('from_cloudflare', 'src', ranges),
    ...(ranges.length > 0
      ? [
          `  http-request set-var(txn.client) req.hdr_ip(${cloudflareHeader}) if from_cloudflare { req.hdr_ip(${cloudflareHeader}) -m found }`,
        ]
      : []),
    `  http-request del-header ${cloudflareHeader} unless ${isCloudflare}${isBelieved}`,
  ];
}
