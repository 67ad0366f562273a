import type { ServiceConfig, SiteConfig } from '../../config/site-config';
import { otherSlot, slotNames } from '../../release/pointer';
import { pointerMapFile } from '../edge-paths';
import { isInShare } from './canary';
import { maintenanceReply } from './maintenance';
import { quoted } from './quoted';
import { redirects } from './redirects';
import { secureCookie } from './tls';

/**
 * Header, cookie and query parameter that carry the token of a preview address.
 * The query parameter is for a browser: it is answered with the cookie and a redirect.
 */
export const previewTokenName = 'evenkeel-token';

/** SHA-256 (hex, upper case, as HAProxy's `hex` converter prints it) of each preview token, by name of the secret. */
export type PreviewTokenHashes = Record<string, string>;

/** A preview address' request, whose side no share decides. */
export const isPreview = '{ var(txn.preview) -m found }';

/** Answers the requests that get to no slot of a service; its preview address is its own, whatever the path. */
export function route(
  site: Pick<SiteConfig, 'edge'>,
  service: ServiceConfig,
  tokens: PreviewTokenHashes,
): string[] {
  const hash = service.preview && tokens[service.preview.token];
  return [
    ...maintenanceReply(service),
    ...redirects(site, service),
    ...(hash ? preview(service.name, service.preview!.hostname, hash, secureCookie(site)) : []),
  ];
}

function preview(service: string, hostname: string, hash: string, secure: string): string[] {
  const given = (fetch: string) => `${fetch},sha2(256),hex -m str ${hash}`;
  const cookie = `${previewTokenName}=%[url_param(${previewTokenName})]; Path=/; HttpOnly; SameSite=Lax${secure}`;
  return [
    `  acl preview_${service} var(txn.host) -m str ${hostname}`,
    `  acl token_${service} ${given(`req.hdr(${previewTokenName})`)}`,
    `  acl token_${service} ${given(`req.cook(${previewTokenName})`)}`,
    `  acl token_query_${service} ${given(`url_param(${previewTokenName})`)}`,
    `  http-request return status 302 hdr location / hdr set-cookie ${quoted(cookie)} if preview_${service} token_query_${service}`,
    `  http-request return status 401 content-type text/plain string ${quoted('this preview needs its token\n')} if preview_${service} !token_${service}`,
    `  http-request del-header ${previewTokenName} if preview_${service}`,
    `  http-request set-var(txn.service) str(${service}) if preview_${service}`,
    `  http-request set-var(txn.preview) bool(true) if preview_${service}`,
    // Whoever looks at the candidate is none of the clients that a canary is judged by.
    `  http-request set-log-level silent if preview_${service}`,
  ];
}

/**
 * Sends a request to a slot of its service, `txn.slot`: the live one or, for the canary's share and at a preview
 * address, the idle one.
 */
export function chooseSlot(): string[] {
  return [
    `  http-request set-var(txn.live) var(txn.service),concat(.live),map_str(${pointerMapFile})`,
    '  http-request set-var(txn.slot) var(txn.live)',
    ...[isPreview, isInShare].flatMap((toIdle) =>
      slotNames.map(
        (live) =>
          `  http-request set-var(txn.slot) str(${otherSlot(live)}) if ${toIdle} { var(txn.live) -m str ${live} }`,
      ),
    ),
    `  http-request return status 404 content-type text/plain string ${quoted('no service has this address\n')} if !{ var(txn.slot) -m found }`,
  ];
}
