import { isIPv6 } from 'node:net';

/** An address or name with a port behind it, or without one, as URLs and HAProxy write it: IPv6 in brackets (RFC 3986, 3.2.2). */
export function hostAndPort(address: string, port?: number): string {
  const host = isIPv6(address) ? `[${address}]` : address;
  return port === undefined ? host : `${host}:${port}`;
}
