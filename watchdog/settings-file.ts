import type { MessagesConfig, SiteConfig } from '../config/site-config';
import { destinationsOf } from '../notify/destinations';
import type { Pool } from './pool';
import type { SettingsFile } from './settings';

/** Where the zone is, and the name of the secret with the token; as in `evenkeel:cloudflare`. */
export interface CloudflareAccess {
  zoneId: string;
  token: string;
  apiUrl?: string;
}

/** The folder of the program, of these settings and of certificates in the watchdog's container. */
export const watchdogFolder = '/etc/evenkeel';

/** Names of files there: the CA of the edges' certificates, and the watchdog's own certificate. */
export const caFileName = 'ca.pem';
export const certificateFileName = 'certificate.pem';

/** The folder of the secrets in the watchdog's container. */
const secretsFolder = '/run/secrets';

/**
 * The watchdog's settings, from the config alone: each secret is the path of its file. Changes of a release change nothing in it,
 * so the watchdog goes on through them.
 */
export function settingsFile(
  { site, services, pool, messages }: SiteConfig & { pool: NonNullable<SiteConfig['pool']> },
  { zoneId, token, apiUrl }: CloudflareAccess,
): SettingsFile {
  const { hostnames, check } = pool;
  const { scheme } = check;
  return {
    site,
    pool: poolOf(pool),
    checks: {
      scheme,
      port: check.port ?? (scheme === 'https' ? 443 : 80),
      hostname: hostnames[0]!,
      paths: check.paths ?? healthPaths(hostnames, services),
      ...(check.caFile !== undefined && { ca: `${watchdogFolder}/${caFileName}` }),
      ...(check.clientCertificate && {
        cert: `${watchdogFolder}/${certificateFileName}`,
        key: fileOf(check.clientCertificate.key),
      }),
    },
    cloudflare: { zoneId, token: fileOf(token), ...(apiUrl === undefined ? {} : { apiUrl }) },
    ...(messages && { messages: withFiles(messages) }),
  };
}

/** The pool as watchdogs have it, from `evenkeel:pool`. */
export function poolOf({ hostnames, edges, proxied, ttl }: NonNullable<SiteConfig['pool']>): Pool {
  return {
    hostnames,
    edges: edges.map((edge) => ({ id: `${edge.site}/${edge.node}`, ...edge })),
    // 1 is Cloudflare's word for automatic, the only one that a proxied record has.
    ttl: proxied ? 1 : Math.round(ttl / 1000),
    proxied,
  };
}

/** The health path of each service under each of the pool's names, where the public reaches that path. */
function healthPaths(hostnames: readonly string[], services: SiteConfig['services']) {
  return services.flatMap((service) =>
    service.hostnames
      .filter((hostname) => hostnames.includes(hostname))
      .filter(() => service.paths.some((prefix) => isBelow(service.health.path, prefix)))
      .map((hostname) => ({ hostname, path: service.health.path })),
  );
}

function isBelow(path: string, prefix: string): boolean {
  const bare = path.replace(/\?.*/, '');
  return prefix === '/' || bare === prefix || bare.startsWith(`${prefix}/`);
}

function withFiles(messages: MessagesConfig): NonNullable<SettingsFile['messages']> {
  const { quietHours, heartbeat } = messages;
  return {
    ...destinationsOf(messages, fileOf),
    ...(quietHours && { quietHours }),
    ...(heartbeat && { heartbeat: { ...heartbeat, url: fileOf(heartbeat.url) } }),
  };
}

function fileOf(secret: string): string {
  return `${secretsFolder}/${secret}`;
}
