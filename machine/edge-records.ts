import { isIPv4 } from 'node:net';
import { definitionOf, type Pool, type PoolEdge } from '../watchdog/pool';
import { poolRecords, type AddressRecord, type PoolRecords } from '../watchdog/pool-records';
import type { DnsRecord } from '../watchdog/dns-api';

/** What DNS has of one edge of a pool. */
export interface EdgeRecords {
  /** Address records that the watchdogs take out when it says that it leaves. */
  mayGo: AddressRecord[];
  /** Those that they keep: the last ones of their name and type, as far as that can be told. */
  last: AddressRecord[];
  /** Those of other edges. */
  others: AddressRecord[];
  /** When addresses of the pool were changed last, in ms since 1970, by the clock of the watchdog that did it; undefined: that is not known. */
  changed?: number;
}

/** What Cloudflare means by automatic (1) where a record is not proxied, in s (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). */
const automaticTtl = 300;

/**
 * What DNS has of an edge. Pure.
 *
 * A watchdog takes a record out only when another edge that it sees up has one of the same name and type. That none will can be
 * told where no other edge has such an address, or where those that have one are at other sites and the watchdogs of this
 * pool say that they are down: all of them of an edge that has records, and half of them of one that has none (it would get
 * some only when most call it up; the report of a watchdog that is dead stays, so of a dead site one always says well).
 * Edges of the same site are not judged by that: one that is just back is called down for some seconds.
 *
 * To be asked before the edge says that it leaves: a watchdog that sees no edge up says nothing of any.
 *
 * @param ours the zone's records that are Evenkeel's.
 */
export function edgeRecords(pool: Pool, self: PoolEdge, ours: readonly DnsRecord[]): EdgeRecords {
  const records = poolRecords(pool, ours);
  const own = records.addresses.filter(({ edge }) => edge?.id === self.id);
  const hopes = pool.edges.filter((edge) => edge.id !== self.id && mayBeUp(edge, self, pool, records));
  const isLast = ({ type }: AddressRecord) =>
    !hopes.some(({ addresses }) => addresses.some((address) => isIPv4(address) === (type === 'A')));
  // A fence that was never used has 0.
  const changed = Math.max(0, ...records.fences.map(({ memory }) => memory?.changed ?? 0));
  return {
    mayGo: own.filter((record) => !isLast(record)),
    last: own.filter(isLast),
    others: records.addresses.filter(({ edge }) => edge && edge.id !== self.id),
    ...(changed > 0 && { changed }),
  };
}

function mayBeUp(edge: PoolEdge, self: PoolEdge, pool: Pool, { addresses, reports }: PoolRecords): boolean {
  if (edge.site === self.site) return true;
  const index = pool.edges.indexOf(edge);
  const votes = [...reports.values()]
    .filter(({ report }) => report.definition === definitionOf(pool))
    .map(({ report }) => report.votes[index]);
  const down = votes.filter((vote) => vote === 'down').length;
  const hasRecords = addresses.some((record) => record.edge?.id === edge.id);
  return votes.length === 0 || down < (hasRecords ? votes.length : votes.length / 2);
}

/** How long resolvers may keep a record after it is gone, in ms. A proxied one leads to Cloudflare before and after. */
export function keptFor({ proxied, ttl }: Pick<DnsRecord, 'proxied' | 'ttl'>): number {
  return proxied ? 0 : (ttl === 1 ? automaticTtl : ttl) * 1000;
}
