import { createHash } from 'node:crypto';
import type { SiteConfig } from '../config/site-config';
import { slotNames } from '../release/pointer';
import { serverStateFile } from './edge-paths';
import { loadAwaitServers } from './haproxy-cfg/await-servers';
import { loadLeaving } from './haproxy-cfg/leaving';
import { backupBackends } from './haproxy-cfg/backup-server';
import { frontend } from './haproxy-cfg/frontend';
import { clientLimits } from './haproxy-cfg/limits';
import { otherEdges } from './haproxy-cfg/other-edges';
import { readinessBackend } from './haproxy-cfg/readiness';
import { logTargets, ringSection } from './haproxy-cfg/request-log';
import { keepAsking, retries } from './haproxy-cfg/retries';
import { bothSlotsBackend } from './haproxy-cfg/rolling';
import type { PreviewTokenHashes } from './haproxy-cfg/route';
import { serviceNodes, slotBackend } from './haproxy-cfg/slot-backend';
import { tlsGlobal } from './haproxy-cfg/tls';

export { edgeContainerPort } from './haproxy-cfg/frontend';
export { type PreviewTokenHashes, previewTokenName } from './haproxy-cfg/route';
export { edgeContainerTlsPort } from './haproxy-cfg/tls';
export { backendName } from './haproxy-cfg/backend-name';
export { bothSlots, rollingServer } from './haproxy-cfg/rolling';
export { serviceNodes } from './haproxy-cfg/slot-backend';

/**
 * `haproxy.cfg` of every edge of a site: a function of the config alone, so all edges have the same, and none of it
 * changes in a release. What a release changes is the pointer, which HAProxy reads from a map for each request.
 *
 * One backend for each service and slot, one static server for each node: no DNS, no overlay and no VIP of Swarm's is
 * in the path (DESIGN.md, "Slots": those drop requests).
 *
 * @param tokens hashes of the preview tokens; a service whose token is not among them gets no preview address.
 */
export function haproxyCfg(site: SiteConfig, tokens: PreviewTokenHashes): string {
  const rest = [
    ...global(site),
    ...ringSection(site),
    ...defaults(site),
    ...frontend(site, tokens),
    ...otherEdges(site),
    ...readinessBackend(site),
    ...site.services.flatMap((service) => slotNames.flatMap((slot) => slotBackend(site, service, slot))),
    ...site.services.flatMap((service) => bothSlotsBackend(site, service, serviceNodes(site, service))),
    ...backupBackends(site),
  ].join('\n');
  // Read back in `show info`: says which haproxy.cfg a worker really runs.
  return `global\n  description ${haproxyCfgHash(rest)}\n${rest}\n`;
}

/** The first 16 hex digits of a text's SHA-256: names a `haproxy.cfg` in `show info` and in the inputs of gate and switchover. */
export function haproxyCfgHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The section `global` but for its first line and its description. */
function global(site: SiteConfig): string[] {
  return [
    ...logTargets(),
    `  maxconn ${site.edge.limits.maxConnections}`,
    `  hard-stop-after ${site.edge.timeouts.hardStop}ms`,
    `  server-state-file ${serverStateFile}`,
    ...tlsGlobal(site),
    ...loadAwaitServers(),
    ...loadLeaving(),
    '',
  ];
}

function defaults(site: SiteConfig): string[] {
  const { connect, client, server } = site.edge.timeouts;
  return [
    'defaults',
    '  mode http',
    '  log global',
    '  option http-keep-alive',
    // A reload closes an idle kept-alive connection after the next answer and not before: without it 8 reloads under
    // load lost 2 of 6,303 requests, with it none of 25,200 (measured, lab/load).
    '  option idle-close-on-response',
    `  timeout connect ${connect}ms`,
    `  timeout client ${client}ms`,
    `  timeout server ${server}ms`,
    ...clientLimits(site),
    '  timeout tunnel 1h',
    ...retries(),
    ...keepAsking(),
    '  load-server-state-from-file global',
    '',
  ];
}
