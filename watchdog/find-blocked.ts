import { isAddressComment } from './comments';
import { recordKey } from './decide';
import type { DnsRecord } from './dns-api';
import type { Pool } from './pool';

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
