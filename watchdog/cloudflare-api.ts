import { APIConnectionError, APIError } from 'cloudflare/core/error';
import { BaseRecords, type RecordBatchParams } from 'cloudflare/resources/dns/records';
import { createClient } from 'cloudflare/tree-shakable';
import type { CallBudget } from './call-budget';
import { ourPrefix } from './comments';
import { ApiError, type Batch, type DnsApi, type DnsRecord, type NewRecord } from './dns-api';

/** What `cloudflareApi` needs. */
export interface CloudflareOptions {
  /** Allowed to read and edit DNS of the one zone, and nothing else. */
  token: string;
  zoneId: string;
  /** Where the API is; undefined: Cloudflare's own. */
  apiUrl?: string;
}

/** How long a call may take, in ms: below the time of a round, so that a slow API delays no check. */
const patience = 4000;
/** Records on a page; the API's own default is 100 as well. */
const pageSize = 100;
/** More records than these are no answer to a question about a few names. */
const recordsMax = 2000;

/** What the API answers when a record of a batch is gone, or is there already. */
const conflicts = new Set([81044, 81057, 81058]);

/** The zone at Cloudflare's API, through its official client. Each call is made once: what to do about a failure is decided elsewhere. */
export function cloudflareApi(options: CloudflareOptions, budget: CallBudget): DnsApi {
  const { token, zoneId, apiUrl } = options;
  const client = createClient({
    resources: [BaseRecords],
    apiToken: token,
    // Of these the client would take what happens to stand in the environment.
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    ...(apiUrl === undefined ? {} : { baseURL: apiUrl }),
    maxRetries: 0,
    timeout: patience,
    fetch: async (input, init) => {
      budget.spend();
      return checked(await fetch(input, init));
    },
  });
  const { records } = client.dns;
  const list = (filter: object) =>
    called(async () => {
      const found: DnsRecord[] = [];
      // Page by page by hand: the client's own iteration asks for one more each time, to find it empty (7.3.0, core/pagination).
      for (let page = 1; ; page++) {
        const { result, result_info } = await records.list({
          zone_id: zoneId,
          per_page: pageSize,
          page,
          ...filter,
        });
        found.push(...result.map(recordOf));
        const { total_count: total } = result_info as { total_count?: number };
        if (typeof total !== 'number')
          throw new ApiError('unreachable', 'the answer does not say how many there are');
        if (found.length >= total) return found;
        if (result.length === 0) throw new ApiError('unreachable', 'the answer lacks records that it counts');
        if (found.length > recordsMax) throw new ApiError('refused', 'the zone has too many records');
      }
    });
  return {
    ours: async () =>
      (await list({ comment: { startswith: ourPrefix } })).filter(({ comment }) =>
        comment.startsWith(ourPrefix),
      ),
    named: async (names) => (await Promise.all(names.map((exact) => list({ name: { exact } })))).flat(),
    change: ({ deletes, patches, posts }: Batch) =>
      called(async () => {
        const answer: unknown = await records.batch({
          zone_id: zoneId,
          ...(deletes.length > 0 ? { deletes: deletes.map((id) => ({ id })) } : {}),
          ...(patches.length > 0 ? { patches: patches.map((record) => record as PatchParam) } : {}),
          ...(posts.length > 0 ? { posts: posts.map((record) => record as NewRecord & PostParam) } : {}),
        });
        if (typeof answer !== 'object' || answer === null || Array.isArray(answer))
          throw new ApiError('unreachable', 'the answer is no result');
      }),
  };
}

/**
 * An answer that says well must also be one of this API's: the client takes a body without a result, or a page of a proxy, for
 * an empty list (7.3.0), and on an empty list a watchdog would act.
 */
async function checked(answer: Response): Promise<Response> {
  if (!answer.ok) return answer;
  const text = await answer.text();
  const body = parsed(text);
  if (body['success'] !== true || typeof body['result'] !== 'object' || body['result'] === null)
    throw new ApiError('unreachable', `the answer ${answer.status} is none of this API's`);
  return new Response(text, { status: answer.status, headers: { 'content-type': 'application/json' } });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

type PatchParam = NonNullable<RecordBatchParams['patches']>[number];
type PostParam = NonNullable<RecordBatchParams['posts']>[number];

/** A record of an answer, checked: nothing is decided on half of one. */
function recordOf(answer: object): DnsRecord {
  const { id, type, name, content, comment, ttl, proxied } = answer as Record<string, unknown>;
  if (typeof id !== 'string' || id === '' || typeof type !== 'string' || typeof name !== 'string')
    throw new ApiError('unreachable', 'the answer has a record without ID, type or name');
  return {
    id,
    type,
    name: name.toLowerCase(),
    content: typeof content === 'string' ? content : '',
    comment: typeof comment === 'string' ? comment : '',
    ttl: typeof ttl === 'number' ? ttl : 1,
    proxied: proxied === true,
  };
}

async function called<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw apiErrorOf(error);
  }
}

/** What kind of failure it is. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof APIConnectionError) {
    // The budget speaks from within `fetch`.
    if (error.cause instanceof ApiError) return error.cause;
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return new ApiError('unreachable', `${error.message}${cause}`);
  }
  if (error instanceof APIError) {
    const headers = error.headers as Headers | undefined;
    const errors = Array.isArray(error.errors) ? error.errors : [];
    const said = errors.map(({ code, message }) => `${code}: ${message}`).join(', ');
    const text = said === '' ? `status ${error.status}` : `${said} (status ${error.status})`;
    if (error.status === 429) return new ApiError('limited', text, retryAfter(headers));
    if (error.status === undefined || error.status >= 500 || error.status === 408)
      return new ApiError('unreachable', text, retryAfter(headers));
    if (errors.some(({ code }) => conflicts.has(Number(code)))) return new ApiError('conflict', text);
    return new ApiError('refused', text);
  }
  // A body that is no JSON, or JSON of another shape.
  return new ApiError('unreachable', error instanceof Error ? error.message : String(error));
}

/** The header Retry-After in ms; it may be a date (RFC 9110, 10.2.3). An hour at most: a lie must not stop the watchdog for good. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 3_600_000) : undefined;
}
