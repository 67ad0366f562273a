import type { ServiceConfig } from '../../config/site-config';
import { acl } from './acl';

/**
 * Finds out which service a request is for, by host name and path, as `txn.service`. Services may share a host name: the
 * one with the longest path wins, so the paths are tried from the shortest to the longest and the last one counts. A path
 * is a whole number of segments, compared as it was sent: `/%61pi` and `//api` are not `/api`, as they are not to most
 * services.
 */
export function chooseService(services: readonly ServiceConfig[]): string[] {
  const places = services.flatMap(({ name, paths }) => paths.map((path) => ({ name, path })));
  return [
    ...services.flatMap(({ name, hostnames }) => acl(hostAcl(name), 'var(txn.host) -m str', hostnames)),
    ...places
      .sort((a, b) => a.path.length - b.path.length)
      .map(
        ({ name, path }) => `  http-request set-var(txn.service) str(${name}) if ${condition(name, path)}`,
      ),
  ];
}

/** A prefix ends where a segment does. */
function condition(service: string, path: string): string {
  const isHost = hostAcl(service);
  if (path === '/') return isHost;
  return `${isHost} { path ${path} } or ${isHost} { path_beg ${path}/ }`;
}

function hostAcl(service: string): string {
  return `host_${service}`;
}
