import { isAddressComment, ourPrefix } from './comments';
import { recordKey } from './decide';
import type { DnsRecord } from './dns-api';
import type { Pool } from './pool';
import { controlText, fenceNumber, reportText } from './pool-records';

/**
 * Which records of the pool can't be made because of somebody else's: the same address under the same name, which then is
 * served already, or a CNAME, beside which the API takes no address. What else others have under these names is no obstacle.
 *
 * @param records all records of the pool's names, whosever they are.
 * @returns `recordKey`s
 */
export function findBlocked(pool: Pool, records: readonly DnsRecord[]): Set<string> {
  const others = records.filter(({ comment }) => !isAddressComment(comment));
  const taken = new Set(others.filter(({ type }) => type === 'A' || type === 'AAAA').map(recordKey));
  const aliases = new Set(others.filter(({ type }) => type === 'CNAME').map(({ name }) => name));
  const wanted = pool.hostnames.flatMap((name) =>
    pool.edges.flatMap(({ addresses }) => addresses.map((content) => ({ name, content }))),
  );
  return new Set(
    wanted.filter((record) => aliases.has(record.name) || taken.has(recordKey(record))).map(recordKey),
  );
}

/**
 * The record in the place of a site's report that is not marked as ours, so that the report can't be made: a hand took its
 * comment away, or wrote another one.
 *
 * @param records all records of the pool's own name, whosever they are.
 */
export function findForeignReport(
  pool: Pool,
  site: string,
  records: readonly DnsRecord[],
): DnsRecord | undefined {
  return foreign(records).find((record) => controlText(pool, record) === reportText(site));
}

/**
 * The highest number of a fence that is not marked as ours (any more), -1 for none: the next fence must have a higher one.
 *
 * @param records all records of the pool's own name, whosever they are.
 */
export function lastForeignFence(pool: Pool, records: readonly DnsRecord[]): number {
  const numbers = foreign(records).map((record) => fenceNumber(controlText(pool, record) ?? '') ?? -1);
  return Math.max(-1, ...numbers);
}

const foreign = (records: readonly DnsRecord[]) =>
  records.filter(({ comment }) => !comment.startsWith(ourPrefix));
