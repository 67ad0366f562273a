import { hostAndPort } from '../../config/host-and-port';
import type { ServiceConfig, SiteConfig } from '../../config/site-config';
import { slotNames } from '../../release/pointer';
import { backendName } from './backend-name';
import { quoted } from './quoted';
import { bothSlots } from './rolling';

/** When clients may come back that got the page, in s: about as long as Swarm takes to start a task anew. */
const retryAfter = 10;

/** Names of services have no dot, so no slot's backend is called so. */
function backupBackend(service: string): string {
  return `backup.${service}`;
}

/**
 * True when a request that belongs to a service's live slot finds none of its servers there. At a preview address, in a
 * canary's share and for a session that finishes, `txn.slot` is the other slot: there is no backup for that one.
 */
function isGone({ name, strategy }: ServiceConfig): string[] {
  const isIn = (slot: string) => `{ var(txn.service) -m str ${name} } { var(txn.slot) -m str ${slot} }`;
  const isEmpty = (slot: string) => `{ nbsrv(${backendName(name, slot)}) eq 0 }`;
  return [
    ...slotNames.map((slot) => `${isIn(slot)} { var(txn.live) -m str ${slot} } ${isEmpty(slot)}`),
    ...(strategy === 'rolling' ? [`${isIn(bothSlots)} ${isEmpty(bothSlots)}`] : []),
  ];
}

/** The frontend's part, once `txn.slot` is known: the page, which is no failure worth a line for each in the log. */
export function backupPages({ services }: SiteConfig): string[] {
  return services.flatMap((service) => {
    const page = service.backup?.page;
    if (page === undefined) return [];
    return isGone(service).flatMap((condition) => [
      `  http-request set-log-level silent if ${condition}`,
      `  http-request return status 503 content-type "text/html; charset=utf-8" hdr retry-after ${retryAfter} hdr cache-control no-store string ${quoted(page)} if ${condition}`,
    ]);
  });
}

/** The frontend's part: sends requests to the backup server, where that is up itself. */
export function useBackup({ services }: SiteConfig): string[] {
  return services.flatMap((service) => {
    if (!service.backup?.server) return [];
    const backend = backupBackend(service.name);
    return isGone(service).map(
      (condition) => `  use_backend ${backend} if ${condition} { nbsrv(${backend}) gt 0 }`,
    );
  });
}

/**
 * The backends of the backup servers. Such a server is another site's edge, say, so all that is asked of it is that it takes
 * connections. The certificate is checked against the name that it is asked for, by the CAs of the edge's image (the
 * official ones have them).
 */
export function backupBackends({ services }: SiteConfig): string[] {
  return services.flatMap(({ name, hostnames, backup }) => {
    if (!backup?.server) return [];
    const { address, port, tls, hostHeader } = backup.server;
    const sni = hostHeader === undefined ? 'var(txn.host)' : `str(${hostHeader})`;
    const secure = `ssl verify required ca-file @system-ca sni ${sni} check-sni ${hostHeader ?? hostnames[0]}`;
    return [
      `backend ${backupBackend(name)}`,
      ...(hostHeader === undefined ? [] : [`  http-request set-header host ${hostHeader}`]),
      `  server backup ${hostAndPort(address, port)} check inter 2s fall 2 rise 1${tls ? ` ${secure}` : ''}`,
      '',
    ];
  });
}
