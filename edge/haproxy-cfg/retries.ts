import type { SiteConfig } from '../../config/site-config';

/**
 * How often a request is tried again: HAProxy's default. Each time another server gets it, so with three or four machines
 * it gets to every one.
 */
const tries = 3;

/**
 * Methods that mean the same done twice as done once (RFC 9110, 9.2.2: the safe ones, PUT and DELETE); a proxy may repeat
 * no others by itself. CONNECT and what is not registered is none.
 */
const idempotentMethods = 'GET HEAD OPTIONS TRACE PUT DELETE';

/**
 * What is tried again, on another server (the part of `defaults`).
 *
 * A connection that could not be made: nothing was sent, so that is safe for every method. A server that took the request
 * and broke off without an answer, or with half of a head: it may have carried the request out, so that is for idempotent
 * ones alone, which `onlyIdempotent` sees to. Also where it broke off by RST, and where its machine fell silent (measured,
 * retries.spec.ts and test/lab/dying-servers.spec.ts). HAProxy keeps a copy of a request for that, when all of it had
 * arrived as it was sent on and fits into a buffer (16 KiB): of a longer upload nothing is repeated.
 *
 * Not tried again: an answer that does not come in time, since by then people have gone, and a service that is merely
 * slow would get its load times four; nor a server's own 5xx, which is its answer.
 */
export function retries(): string[] {
  return [
    `  retries ${tries}`,
    '  retry-on conn-failure empty-response junk-response',
    '  option redispatch 1',
  ];
}

/** The frontend's part: a request that is not idempotent is sent once (a connection that can't be made sends nothing). */
export function onlyIdempotent(): string[] {
  return [`  http-request disable-l7-retry unless { method ${idempotentMethods} }`];
}

/**
 * How edges find out that a server is gone (the part of `default-server`), besides the checks every `interval` ms: two
 * connections in a row that fail make the next check decide, and it comes in 200 ms; two more, and the server is out without
 * it. A single lost packet costs a server nothing, and an overload that makes connections slow leaves it to the checks.
 *
 * No `on-marked-down shutdown-sessions`: a task that was asked to stop refuses its checks and still finishes its requests.
 */
export const noticeDeath = 'fastinter 200ms observe layer4 error-limit 2 on-error sudden-death';

/**
 * The end of a server's line. A machine that vanishes sends no RST: over a connection that is open, data would wait for
 * `timeouts.server`. After `timeouts.acknowledge` without a sign of it the connection is over (TCP_USER_TIMEOUT), and
 * `retries` come into play. Not in `default-server`: there HAProxy 2.6 takes it and does nothing (measured).
 */
export function giveUpSilence({ edge }: SiteConfig): string {
  return ` tcp-ut ${edge.timeouts.acknowledge}`;
}

/**
 * TCP's own question whether a server is still there, each second, while it has a request and is silent; after three
 * without an answer it is not (the part of `defaults`). Without it a machine that vanishes while it works on a request
 * would be waited for until `timeouts.server`.
 */
export function keepAsking(): string[] {
  return ['  option srvtcpka', '  srvtcpka-idle 1s', '  srvtcpka-intvl 1s', '  srvtcpka-cnt 3'];
}
