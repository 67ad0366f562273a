import { isBag } from '../plugins/provider/is-bag';
import type { Bag, Json } from '../plugins/provider/json';
import { ApiError } from './api-error';
import { newRecord, recordFields } from './dns-record-fields';
import { matches } from './dns-record-filter';
import { findZone } from './find-zone';
import { page } from './page';
import type { ApiRequest, Route } from './request';
import type { StoredRecord, StoredZone } from './state';

/** Records a page: 100, and 5,000,000 at most (Cloudflare's API reference, List DNS Records). */
const sizes = { standard: 100, most: 5_000_000 };
/** Changes in one batch, on the Free plan (developers.cloudflare.com/dns, Batch record changes). */
const batchMost = 200;
const path = '/zones/:zone/dns_records';
const onePath = `${path}/:record`;

/** A zone's DNS records: list, get, create, overwrite, edit, delete and all of these at once. */
export const dnsRecordRoutes: Route[] = [
  {
    method: 'GET',
    path,
    needs: 'dns:edit',
    handle: (request) => page(listed(zoneOf(request), request.query), request.query, sizes),
  },
  {
    method: 'POST',
    path,
    needs: 'dns:edit',
    handle: (request) => ({ result: create(zoneOf(request), request.body, request.now) }),
  },
  {
    method: 'POST',
    path: `${path}/batch`,
    needs: 'dns:edit',
    handle: (request) => ({ result: batch(zoneOf(request), request.body, request.now) }),
  },
  {
    method: 'GET',
    path: onePath,
    needs: 'dns:edit',
    handle: (request) => ({ result: find(zoneOf(request), request.parts['record']!) }),
  },
  {
    method: 'PUT',
    path: onePath,
    needs: 'dns:edit',
    handle: (request) => ({ result: overwrite(zoneOf(request), idOf(request), request.body, request.now) }),
  },
  {
    method: 'PATCH',
    path: onePath,
    needs: 'dns:edit',
    handle: (request) => ({ result: edit(zoneOf(request), idOf(request), request.body, request.now) }),
  },
  {
    method: 'DELETE',
    path: onePath,
    needs: 'dns:edit',
    handle: (request) => ({ result: { id: remove(zoneOf(request), idOf(request)).id } }),
  },
];

const zoneOf = ({ state, parts }: ApiRequest) => findZone(state, parts['zone']!);
const idOf = ({ parts }: ApiRequest) => parts['record']!;

/** By type unless the query says otherwise, then by name and content, so that pages do not overlap. */
function listed(zone: StoredZone, query: URLSearchParams): StoredRecord[] {
  const order = query.get('order') ?? 'type';
  const sign = query.get('direction') === 'desc' ? -1 : 1;
  const keys = [order, 'name', 'content'];
  return zone.records
    .filter((record) => matches(record, query))
    .sort((a, b) => {
      for (const key of keys) {
        const [left, right] = [JSON.stringify(a[key]), JSON.stringify(b[key])] as [string, string];
        if (left !== right) return left < right ? -sign : sign;
      }
      return 0;
    });
}

function find(zone: StoredZone, id: string): StoredRecord {
  const record = zone.records.find((candidate) => candidate.id === id);
  if (record === undefined) throw new ApiError(404, { code: 81044, message: 'Record does not exist.' });
  return record;
}

function create(zone: StoredZone, body: Json, now: Date): StoredRecord {
  const record = newRecord(recordFields(body, zone.name), now);
  refuseClash(zone, record);
  zone.records.push(record);
  return record;
}

function overwrite(zone: StoredZone, id: string, body: Json, now: Date): StoredRecord {
  const old = find(zone, id);
  const fields = recordFields(body, zone.name);
  const record = {
    ...fields,
    id,
    created_on: old.created_on,
    modified_on: now.toISOString(),
  } as StoredRecord;
  refuseClash(zone, record);
  zone.records[zone.records.indexOf(old)] = record;
  return record;
}

/** What is not given stays as it is. */
function edit(zone: StoredZone, id: string, body: Json, now: Date): StoredRecord {
  return overwrite(zone, id, { ...find(zone, id), ...(isBag(body) ? body : {}) }, now);
}

function remove(zone: StoredZone, id: string): StoredRecord {
  const record = find(zone, id);
  zone.records.splice(zone.records.indexOf(record), 1);
  return record;
}

/** All or nothing, in the order that the API documents: deletes, patches, puts, posts. */
function batch(zone: StoredZone, body: Json, now: Date): Bag {
  if (!isBag(body)) throw new ApiError(400, { code: 9207, message: 'Request body is invalid.' });
  const entries = (key: string) => ((body[key] ?? []) as Json[]).map((entry) => (isBag(entry) ? entry : {}));
  const asked = ['deletes', 'patches', 'puts', 'posts'].reduce((sum, key) => sum + entries(key).length, 0);
  if (asked > batchMost) {
    const message = `Batch has ${asked} changes, exceeding the limit of ${batchMost}.`;
    throw new ApiError(400, { code: 9207, message });
  }
  const before = [...zone.records];
  try {
    return {
      deletes: entries('deletes').map((entry) => remove(zone, idIn(entry))),
      patches: entries('patches').map((entry) => edit(zone, idIn(entry), entry, now)),
      puts: entries('puts').map((entry) => overwrite(zone, idIn(entry), entry, now)),
      posts: entries('posts').map((entry) => create(zone, entry, now)),
    };
  } catch (error) {
    zone.records = before;
    throw error;
  }
}

const idIn = ({ id }: Bag) => (typeof id === 'string' ? id : '');

/** Codes 81053, 81054 and 81058 as the API answers them: twice the same record, or a CNAME beside an address. */
function refuseClash(zone: StoredZone, record: StoredRecord): void {
  const addresses = ['A', 'AAAA'];
  for (const other of zone.records) {
    if (other.id === record.id || other.name !== record.name) continue;
    const refuse = (code: number, message: string) => new ApiError(400, { code, message });
    if (other.type === record.type && other.content === record.content) {
      throw refuse(81058, 'An identical record already exists.');
    }
    if (record.type === 'CNAME' && (addresses.includes(other.type) || other.type === 'CNAME')) {
      throw refuse(81053, 'An A, AAAA, or CNAME record with that host already exists.');
    }
    if (addresses.includes(record.type) && other.type === 'CNAME') {
      throw refuse(81054, 'A CNAME record with that host already exists.');
    }
  }
}
