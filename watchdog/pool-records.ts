import { isIP } from 'node:net';
import {
  isAddressComment,
  type FenceMemory,
  ourPrefix,
  parseFence,
  parseReport,
  parseRequirement,
  type Report,
} from './comments';
import type { DnsRecord, NewRecord } from './dns-api';
import { controlName, edgeOfAddress, type Pool, type PoolEdge } from './pool';

/** An address record of the pool. */
export interface AddressRecord extends DnsRecord {
  /** Undefined: the definition has no such address (any more). */
  edge?: PoolEdge;
}

/** A fence: whoever changes addresses deletes it by its ID and makes the next one, all in one batch. */
export interface Fence extends DnsRecord {
  number: number;
  memory?: FenceMemory;
}

/** What stands at the API of one pool. */
export interface PoolRecords {
  addresses: AddressRecord[];
  /** One; none before the first change, and more only after somebody's hand. */
  fences: Fence[];
  /** By site. */
  reports: Map<string, { record: DnsRecord; report: Report }>;
  /** By site: its report's record, where the comment is marked as ours and says nothing. A hand did that. */
  unread: Map<string, DnsRecord>;
  /** By site: the generation that its edges must have. */
  required: Map<string, number>;
}

/** The pool's records among those of the zone. Whatever is not clearly ours is left out, so it can't be touched. */
export function poolRecords(pool: Pool, records: readonly DnsRecord[]): PoolRecords {
  const found: PoolRecords = {
    addresses: [],
    fences: [],
    reports: new Map(),
    unread: new Map(),
    required: new Map(),
  };
  const names = new Set(pool.hostnames);
  for (const record of records) {
    const { type, name, content, comment } = record;
    const text = controlText(pool, record);
    if (names.has(name) && isIP(content) === (type === 'A' ? 4 : type === 'AAAA' ? 6 : -1)) {
      if (isAddressComment(comment)) found.addresses.push({ ...record, edge: edgeOfAddress(pool, content) });
    } else if (text !== undefined) {
      const number = fenceNumber(text);
      const site = /^evenkeel watchdog ([a-z0-9-]{1,63})$/.exec(text)?.[1];
      const report = parseReport(comment);
      const requirement = parseRequirement(comment);
      if (number !== undefined && comment.startsWith(ourPrefix))
        found.fences.push({ ...record, number, memory: parseFence(comment) });
      else if (site !== undefined && report) found.reports.set(site, { record, report });
      else if (requirement) {
        const known = found.required.get(requirement.site) ?? 0;
        found.required.set(requirement.site, Math.max(known, requirement.generation));
      } else if (site !== undefined && comment.startsWith(ourPrefix)) found.unread.set(site, record);
    }
  }
  return found;
}

/** What a TXT record at the pool's own name says, without the quotes; undefined for every other record. */
export function controlText(pool: Pool, { type, name, content }: DnsRecord): string | undefined {
  return type === 'TXT' && name === controlName(pool) ? content.replace(/^"(.*)"$/, '$1') : undefined;
}

/** A TXT record of the pool's own. The API gives its content back in quotes, and wants it so (RFC 1035, 3.3.14). */
export function controlRecord(pool: Pool, text: string, comment: string): NewRecord {
  // 60 s is the least of the plans that everybody has.
  return { type: 'TXT', name: controlName(pool), content: `"${text}"`, comment, ttl: 60, proxied: false };
}

/** The text of a site's report. One for each site: the API refuses a second record with the same one. */
export const reportText = (site: string) => `evenkeel watchdog ${site}`;

/** The text of a fence. Of the same number there is one, since the API refuses identical records. */
export const fenceText = (number: number) => `evenkeel fence ${number}`;

/** The number in the text of a fence; undefined for any other text. */
export function fenceNumber(text: string): number | undefined {
  const digits = /^evenkeel fence (\d{1,12})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The text of a requirement. */
export const requirementText = (site: string) => `evenkeel require ${site}`;
