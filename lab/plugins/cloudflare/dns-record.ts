import type { RecordResponse } from 'cloudflare/resources/dns/records';
import type { Bag, Json } from '../provider/json';
import type { ResourceKind } from '../provider/resource-kind';
import { textOf } from '../provider/text-of';
import type { ApiClient } from './api-client';
import { asked, askedIfThere } from './api-failure';

type Records = ApiClient['dns']['records'];

/**
 * `cloudflare.DnsRecord`, for records with a `content`. Another zone is another record, every other change is one of
 * the record. Source: schema.go and resource.go in internal/services/dns_record of
 * github.com/cloudflare/terraform-provider-cloudflare, v5.
 */
export function dnsRecord(api: () => ApiClient): ResourceKind {
  const body = (inputs: Bag) => {
    const { zoneId, ...rest } = inputs;
    return { zone_id: textOf(zoneId), ...rest };
  };
  return {
    inputs: {
      zoneId: { kind: 'text', required: true, replaces: true },
      name: { kind: 'text', required: true },
      type: { kind: 'text', required: true },
      ttl: { kind: 'number', required: true },
      content: { kind: 'text', required: true },
      proxied: { kind: 'boolean', standard: false },
      comment: { kind: 'text' },
      tags: { kind: 'texts', standard: [] },
      priority: { kind: 'number' },
    },
    computed: { createdOn: 'plain', modifiedOn: 'plain', proxiable: 'plain' },
    check: ({ proxied, ttl }) =>
      proxied === true && typeof ttl === 'number' && ttl !== 1
        ? [{ property: 'ttl', reason: 'ttl must be set to 1 when `proxied` is true' }]
        : [],
    async create(inputs, signal) {
      const params = body(inputs) as Parameters<Records['create']>[0];
      const made = await asked(api().dns.records.create(params, { signal }));
      return { id: made.id, computed: found(made) };
    },
    async read(id, state, signal) {
      const params = { zone_id: textOf(state['zoneId']) };
      const read = await askedIfThere(api().dns.records.get(id, params, { signal }));
      if (read === undefined) return null;
      const { name, type, ttl, content = null, proxied = false, comment, tags = [] } = read;
      const plain = { name, type, ttl, content, proxied, comment: comment ?? null, tags } as Bag;
      return { ...state, ...plain, ...found(read) };
    },
    async update(id, inputs, _prior, signal) {
      const params = body(inputs) as Parameters<Records['update']>[1];
      return found(await asked(api().dns.records.update(id, params, { signal })));
    },
    async delete(id, state, signal) {
      await askedIfThere(api().dns.records.delete(id, { zone_id: textOf(state['zoneId']) }, { signal }));
    },
  };
}

function found(record: RecordResponse): Record<string, Json> {
  return { createdOn: record.created_on, modifiedOn: record.modified_on, proxiable: record.proxiable };
}
