import type { SiteConfig } from '../../config/site-config';
import { pointerMapFile } from '../edge-paths';
import { quoted } from './quoted';
import { secureCookie } from './tls';

/** Cookie that keeps a client on its side of a canary's share, whatever its address becomes. Its value is the client's bucket. */
export const canaryCookieName = 'evenkeel-canary';

/** True of the clients that the share sends to the idle slot. */
export const isInShare = '{ var(txn.beyond) -m int lt 0 }';

/**
 * Gives each client one of 100 buckets, 0 to 99; those below the share are sent to the idle slot. So all edges decide
 * alike without talking, and whom a share of 5 % sends there, one of 25 % does too.
 *
 * The bucket is the cookie's, so that a phone that changes from the home's network to the mobile one keeps its side;
 * without a valid cookie it is made of the client's address, as it always is for programs that keep no cookies.
 */
export function chooseSide(isPreview: string): string[] {
  return [
    `  http-request set-var(txn.share) var(txn.service),concat(.canary),map_str(${pointerMapFile},0),add(0) unless ${isPreview}`,
    '  http-request set-var(txn.bucket) var(txn.client),sdbm(1),mod(100)',
    `  http-request set-var(txn.cookie) req.cook(${canaryCookieName})`,
    '  acl has_bucket var(txn.cookie) -m reg ^[1-9]?[0-9]$',
    '  http-request set-var(txn.bucket) var(txn.cookie),add(0) if has_bucket',
    '  http-request set-var(txn.new_bucket) var(txn.bucket) if { var(txn.share) -m int gt 0 } !has_bucket',
    '  http-request set-var(txn.beyond) var(txn.bucket),sub(txn.share)',
  ];
}

/**
 * Gives the cookie to a client that has none, while there is a share. It ends with the browser's session: it says
 * nothing of a person (one client in 100 has the same) and is in the service of the very request, and a client that
 * comes back later gets the same bucket again as long as its address is the same.
 *
 * Only in the answer of the edge that judged the request: one that passed it on has no `txn.new_bucket`. A shared cache
 * must not give the cookie to others (RFC 9111, 7.3), so that answer is `private` too; added, not set, since of
 * directives that contradict each other the most restrictive counts (RFC 9111, 4.2.1), and a `no-store` has to stay.
 */
export function giveCookie(site: Pick<SiteConfig, 'edge'>): string[] {
  const cookie = `${canaryCookieName}=%[var(txn.new_bucket)]; Path=/; HttpOnly; SameSite=Lax${secureCookie(site)}`;
  const isNew = '{ var(txn.new_bucket) -m found }';
  return [
    `  http-response add-header set-cookie ${quoted(cookie)} if ${isNew}`,
    `  http-response add-header cache-control private if ${isNew}`,
  ];
}
