/** Where requests are sent: one edge, usually. */
export interface LoadTarget {
  /** What reports call it; unique within a load. */
  name: string;
  /** `http://address:port` or, with `tls`, `https://address:port`; nothing behind it. */
  origin: string;
}

/** Whom a load over TLS asks for, and whom it believes. */
export interface LoadTls {
  /** The name that it asks for (SNI). */
  servername: string;
  /**
   * SHA-1 of the certificates that are right, in hex as HAProxy says it; at least one. Whoever has its key is believed: so
   * it is the same whether a CA made it that everybody knows, one that only Cloudflare knows, or the site itself.
   */
  fingerprints: readonly string[];
}

/** What a load is made of. */
export interface LoadOptions {
  /** At least one. Every target gets the same number of loops. */
  targets: LoadTarget[];
  /** The `Host` header of every request. */
  host: string;
  /** For targets with `https`, where it has to be. */
  tls?: LoadTls;
  /** Kept-alive connections for each target; each has a loop of its own: request, answer, next request. */
  keepAlive: number;
  /**
   * Loops for each target that open a new connection for each request, and send `Connection: close`. Each such
   * connection takes a local port for a minute, so one machine can open about 450 a second to one target for long.
   */
  fresh: number;
  /** Requests a second, over all loops, evenly spaced; default: as fast as the answers come. */
  rate?: number;
  /**
   * Says whether an answer with this version is right, for a request that was written at `sentAt` and whose answer was
   * complete at `answeredAt` (both by `clock`): it may show any version that was live at any instant between the two.
   * An answer without `X-Version` has the version `(none)`. Asked once for each answer, when it is complete. Default: all are.
   */
  allowed?: (version: string, sentAt: number, answeredAt: number) => boolean;
  /** Path of every request; default `/`. */
  path?: string;
  /** The `Cookie` header of the requests, one after the other in turn: as many clients. Default: none. */
  cookies?: readonly string[];
  /** Milliseconds in which a request has to be answered completely, connecting included, or else it is lost; default 10,000. */
  timeout?: number;
  /** How many of the latest answers `answers()` keeps; default 0. */
  record?: number;
}

/** Throws when a load can't be made of these options: names the option, its value and what is allowed. */
export function checkLoadOptions(options: LoadOptions): void {
  const mistakes: string[] = [];
  const { targets, keepAlive, fresh, rate, path, timeout, record, tls } = options;
  if (targets.length === 0) mistakes.push('targets: [], give at least one');
  targets.forEach(({ name, origin }, index) => {
    if (targets.findIndex((other) => other.name === name) < index) {
      mistakes.push(`targets[${index}].name: '${name}' is there twice, names have to be unique`);
    }
    if (!/^https?:\/\/[^/?#@]+$/.test(origin) || !URL.canParse(origin)) {
      mistakes.push(
        `targets[${index}].origin: '${origin}', write it as http://address or http://address:port, or with https`,
      );
    } else if (origin.startsWith('https:') && !tls) {
      mistakes.push(`targets[${index}].origin: '${origin}', give tls too`);
    }
  });
  if (tls?.fingerprints.length === 0) mistakes.push('tls.fingerprints: [], give at least one');
  const count = (name: string, value: number) => {
    if (!Number.isInteger(value) || value < 0) mistakes.push(`${name}: ${value}, give a whole number from 0`);
  };
  count('keepAlive', keepAlive);
  count('fresh', fresh);
  count('record', record ?? 0);
  if (keepAlive === 0 && fresh === 0) mistakes.push('keepAlive and fresh: both 0, there would be no request');
  const positive = (name: string, value: number) => {
    if (!(value > 0)) mistakes.push(`${name}: ${value}, give a number above 0 or leave it out`);
  };
  positive('rate', rate ?? 1);
  positive('timeout', timeout ?? 1);
  if (path !== undefined && !path.startsWith('/')) mistakes.push(`path: '${path}', has to begin with /`);
  if (mistakes.length > 0) throw new Error(`The load can't start:\n  ${mistakes.join('\n  ')}`);
}
