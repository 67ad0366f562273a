import { requirementComment } from './comments';
import type { DnsApi } from './dns-api';
import type { Pool } from './pool';
import { controlRecord, poolRecords, requirementText } from './pool-records';

/**
 * Tells all watchdogs of a pool that a site's edges must have at least this generation, so that one which was away meanwhile is
 * not let back in. It only grows.
 *
 * @returns the generation that is required now: a higher one stays.
 * @throws ApiError
 */
export async function requireGeneration(
  api: DnsApi,
  pool: Pool,
  site: string,
  generation: number,
): Promise<number> {
  const records = await api.ours();
  const known = poolRecords(pool, records).required.get(site) ?? 0;
  if (known >= generation) return known;
  const record = controlRecord(pool, requirementText(site), requirementComment({ site, generation }));
  const old = records.find(
    ({ name, comment }) =>
      name === record.name && comment === requirementComment({ site, generation: known }),
  );
  await api.change(
    old
      ? { deletes: [], patches: [{ ...record, id: old.id }], posts: [] }
      : { deletes: [], patches: [], posts: [record] },
  );
  return generation;
}
