import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../edge/site-contact';
import type { DnsRecord } from '../watchdog/dns-api';
import type { Pool, PoolEdge } from '../watchdog/pool';
import { edgeRecords, keptFor, type EdgeRecords } from './edge-records';
import { waitUntil } from './wait-until';

/** The edge of a node as an edge of the pool, with what is needed to see it go from DNS, and to wait for that. */
export interface EdgeInDns {
  pool: Pool;
  edge: PoolEdge;
  /** The zone's records that are Evenkeel's. @throws Error when the API or its token can't be had */
  ours: () => Promise<DnsRecord[]>;
  /** Waits so many ms; default: real ones. */
  sleep?: (ms: number) => Promise<unknown>;
  /** In ms since 1970; default: the clock's. */
  now?: () => number;
  /** In ms, see `goneTime` and `pollTime`; only specs have others. */
  limit?: number;
  pause?: number;
}

/**
 * How long the records of an edge that says that it leaves may take to go, in ms. The watchdogs see it within 5 s and give
 * each other 8 s to answer (watchdog/votes.ts), in rounds of 5 s: 10 to 20 s in all, and more only while the API fails.
 */
const goneTime = 60_000;

/** Pause between two looks at the API, in ms. */
export const pollTime = 2000;

/** What DNS has of the edge now. @throws Error as `ours` does */
export async function lookAtDns({ pool, edge, ours }: EdgeInDns): Promise<EdgeRecords> {
  return edgeRecords(pool, edge, await ours());
}

/**
 * Lets an edge say that it leaves, and waits until DNS does not lead to it any more. Whatever is not as it should be is said
 * in one line: maintenance of a machine must not depend on Cloudflare. Throws nothing.
 *
 * @param dns undefined: the node's edge is not in a pool, and nobody has to be waited for but who `announce` waits for.
 * @param announce as `announceLeave`; resolves with whether the edge was told.
 */
export async function leaveDns(
  dns: EdgeInDns | undefined,
  announce: () => Promise<boolean>,
  log: (line: string) => void,
): Promise<void> {
  const before = dns && (await lookAtDns(dns).catch(messageOf));
  const told = await announce();
  if (!dns || before === undefined || !told) return;
  const { node } = dns.edge;
  if (typeof before === 'string')
    return log(`${node}: whether DNS still leads to it can't be seen, so that is not waited for: ${before}`);
  if (before.last.length > 0)
    log(
      `${node}: its records are the last ones that DNS has (${addressesOf(before.last)}), and the watchdogs keep them: that is not waited for`,
    );
  const left = await awaitGone(dns, before, log);
  if (left !== undefined) log(`${left}, after ${(dns.limit ?? goneTime) / 1000} s; it goes all the same`);
}

/**
 * Waits until the records of an edge that has said that it leaves are gone, and then, where they are not proxied, as long as
 * resolvers may keep them.
 *
 * @param before what DNS had before it said so; its last records are not waited for.
 * @returns what is left after the limit; undefined when nothing is.
 */
export async function awaitGone(
  dns: EdgeInDns,
  before: EdgeRecords,
  log: (line: string) => void,
): Promise<string | undefined> {
  const { edge, pool, limit = goneTime, pause = pollTime, now = Date.now } = dns;
  const stay = new Set(before.last.map(({ id }) => id));
  if (before.mayGo.length > 0) {
    const left = await waitUntil(
      async () => {
        const { mayGo, last } = await lookAtDns(dns);
        const there = [...mayGo, ...last].filter(({ id }) => !stay.has(id));
        return there.length > 0 ? `${edge.node}: DNS leads to it (${addressesOf(there)})` : undefined;
      },
      limit,
      log,
      pause,
    );
    if (left !== undefined) return left;
    log(`${edge.node}: its records are gone from DNS`);
    await outlive(Math.max(...before.mayGo.map(keptFor)), dns, log);
  } else if (before.last.length === 0 && before.changed !== undefined) {
    // Gone already, perhaps in a run of this command that was interrupted: what is left of the time since.
    const kept = keptFor(pool);
    await outlive(Math.min(kept, Math.max(0, before.changed + kept - now())), dns, log);
  }
  return undefined;
}

async function outlive(ms: number, dns: EdgeInDns, log: (line: string) => void): Promise<void> {
  if (ms === 0) return;
  log(
    `${dns.edge.node}: waiting ${Math.ceil(ms / 1000)} s more: resolvers keep records that are not proxied`,
  );
  await (dns.sleep ?? sleep)(ms);
}

/** Addresses of records, each once, for a line. */
export function addressesOf(records: readonly DnsRecord[]): string {
  return [...new Set(records.map(({ content }) => content))].join(', ');
}
