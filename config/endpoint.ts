import { isIP, isIPv4, isIPv6 } from 'node:net';

/** Where others reach a node: an address, with a port where it is not the mesh's. */
export interface Endpoint {
  address: string;
  port?: number;
}

/** Reads `203.0.113.7`, `203.0.113.7:51821`, `2001:db8::1` or `[2001:db8::1]:51821`; undefined: it is none of them. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (text.includes('%')) return undefined;
  if (isIP(text) !== 0) return { address: text };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):([1-9]\d{0,4})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? '';
  if (!(bracketed === undefined ? isIPv4(address) : isIPv6(address)) || Number(port) > 65535)
    return undefined;
  return { address, port: Number(port) };
}
