import { randomBytes } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { isBag } from '../plugins/provider/is-bag';
import type { Bag, Json } from '../plugins/provider/json';
import { ApiError, dnsValidationError } from './api-error';
import type { StoredRecord } from './state';

/** A record's fields that a client gives, checked and with what a new record has by default. */
export type RecordFields = Omit<StoredRecord, 'id' | 'created_on' | 'modified_on'>;

/**
 * Checks what a client sends as a record and adds what is left out.
 *
 * @param body the request's body, or an entry of a batch
 * @param zone the zone's name
 * @throws ApiError as the API refuses it. Codes 9005, 9006, 9021 and 9300 are the API's own; a zone of the Free plan
 *     has no tags, and comments of at most 100 characters (developers.cloudflare.com/dns, Record attributes)
 */
export function recordFields(body: Json, zone: string): RecordFields {
  if (!isBag(body)) throw new ApiError(400, { code: 9207, message: 'Request body is invalid.' });
  const type = text(body, 'type');
  const proxied = body['proxied'] === true;
  const tags = (body['tags'] ?? []) as string[];
  const comment = typeof body['comment'] === 'string' && body['comment'] !== '' ? body['comment'] : null;
  if (tags.length > 0) {
    throw dnsValidationError(9300, `DNS record has ${tags.length} tags, exceeding the quota of 0.`);
  }
  if (comment !== null && comment.length > 100) {
    throw dnsValidationError(9301, `DNS record comment exceeds the limit of 100 characters.`);
  }
  const { data, priority, settings } = body;
  return {
    name: fullName(text(body, 'name'), zone),
    type,
    content: content(type, body),
    proxiable: ['A', 'AAAA', 'CNAME'].includes(type),
    proxied,
    ttl: ttl(body['ttl'] ?? 1, proxied),
    settings: settings ?? {},
    meta: {},
    comment,
    tags,
    ...(data === undefined ? {} : { data }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** A record as it is kept, new. */
export function newRecord(fields: RecordFields, now: Date): StoredRecord {
  const time = now.toISOString();
  return {
    ...fields,
    id: randomBytes(16).toString('hex'),
    created_on: time,
    modified_on: time,
  } as StoredRecord;
}

function text(body: Bag, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '') {
    throw dnsValidationError(9000, `DNS record ${field} is required.`);
  }
  return value;
}

/** The API takes `www` and `@` too, and answers with the whole name in Punycode. */
function fullName(name: string, zone: string): string {
  const ascii = domainToASCII(name.replace(/\.$/, '')) || name.toLowerCase();
  if (name === '@' || ascii === zone) return zone;
  return ascii.endsWith(`.${zone}`) ? ascii : `${ascii}.${zone}`;
}

const shown = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value));

function content(type: string, body: Bag): string {
  // Records such as SRV have `data`, from which Cloudflare makes the content; nobody here reads it.
  if (body['content'] === undefined && isBag(body['data']))
    return Object.values(body['data']).map(shown).join(' ');
  const given = text(body, 'content');
  if (type === 'A' && !isIPv4(given)) {
    throw dnsValidationError(9005, 'Content for A record must be a valid IPv4 address.');
  }
  if (type === 'AAAA' && !isIPv6(given)) {
    throw dnsValidationError(9006, 'Content for AAAA record must be a valid IPv6 address.');
  }
  return given;
}

/** What is proxied has a TTL of 1, whatever was asked for: Cloudflare chooses it. */
function ttl(given: Json, proxied: boolean): number {
  if (proxied || given === 1) return 1;
  if (typeof given !== 'number' || given < 60 || given > 86_400) {
    throw dnsValidationError(9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.');
  }
  return given;
}
