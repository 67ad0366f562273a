import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DnsRecord, NewRecord } from './dns-api';
import { listen, textOf } from './local-server.fixture';

/** What the API does instead of answering well. */
export type Fault =
  | { kind: 'status'; status: number; retryAfter?: number }
  | { kind: 'hang-up' }
  | { kind: 'silent' }
  | { kind: 'body'; text: string; contentType?: string };

/** For specs: the calls of Cloudflare's API that the watchdog makes, for one zone, over HTTP on loopback. */
export interface HttpZone {
  /** As the client's `baseURL`. */
  url: string;
  zoneId: string;
  token: string;
  records: DnsRecord[];
  /** By method and the end of the path. */
  calls: Record<string, number>;
  fault?: Fault;
  stop(): Promise<void>;
}

/** Starts one without records. */
export async function startZone(): Promise<HttpZone> {
  const zone: HttpZone = {
    url: '',
    zoneId: '0'.repeat(32),
    token: 'lab-token',
    records: [],
    calls: {},
    stop: () => server.stop(),
  };
  let ids = 0;
  const server = await listen((request, response) => {
    void textOf(request).then((text) => answer(zone, request, response, text, () => `record-${++ids}`));
  });
  zone.url = `${server.url}/client/v4`;
  return zone;
}

function answer(
  zone: HttpZone,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  newId: () => string,
): void {
  const url = new URL(request.url ?? '/', 'http://zone');
  const call = `${request.method} ${url.pathname.split('/').at(-1)}`;
  zone.calls[call] = (zone.calls[call] ?? 0) + 1;
  const { fault } = zone;
  if (fault?.kind === 'silent') return;
  if (fault?.kind === 'hang-up') return void request.socket.destroy();
  if (fault?.kind === 'body')
    return void response
      .writeHead(200, { 'content-type': fault.contentType ?? 'application/json' })
      .end(fault.text);
  if (fault?.kind === 'status') return refuse(response, fault.status, 10013, fault.retryAfter);
  if (request.headers.authorization !== `Bearer ${zone.token}`) return refuse(response, 403, 9109);
  if (call === 'GET dns_records') return list(zone, response, url.searchParams);
  if (call === 'POST batch') return batch(zone, response, JSON.parse(text) as Body, newId);
  refuse(response, 404, 7000);
}

function list({ records }: HttpZone, response: ServerResponse, query: URLSearchParams): void {
  const [prefix, name] = [query.get('comment.startswith') ?? '', query.get('name.exact')];
  const all = records.filter((each) => each.comment.startsWith(prefix) && (name ?? each.name) === each.name);
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 100)];
  const result = all.slice((page - 1) * size, page * size);
  send(response, 200, {
    success: true,
    errors: [],
    messages: [],
    result,
    result_info: { page, per_page: size, count: result.length, total_count: all.length },
  });
}

interface Body {
  deletes?: { id: string }[];
  patches?: DnsRecord[];
  posts?: NewRecord[];
}

/** All of it or nothing, deletes first (see `Batch`). */
function batch(zone: HttpZone, response: ServerResponse, body: Body, newId: () => string): void {
  const next = structuredClone(zone.records);
  const { deletes = [], patches = [], posts = [] } = body;
  for (const { id } of [...deletes, ...patches])
    if (!next.some((each) => each.id === id)) return refuse(response, 400, 81044);
  for (const { id } of deletes)
    next.splice(
      next.findIndex((each) => each.id === id),
      1,
    );
  for (const patch of patches) {
    const place = next.findIndex((each) => each.id === patch.id);
    next[place] = { ...next[place]!, ...patch };
  }
  for (const post of posts) {
    const same = ({ type, name, content }: DnsRecord) =>
      type === post.type && name === post.name && content === post.content;
    if (next.some(same)) return refuse(response, 400, 81058);
    next.push({ ...post, id: newId() });
  }
  zone.records = next;
  send(response, 200, {
    success: true,
    errors: [],
    messages: [],
    result: { deletes, patches, posts, puts: [] },
  });
}

function refuse(response: ServerResponse, status: number, code: number, retryAfter?: number): void {
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  send(response, status, { success: false, errors: [{ code, message: 'no' }], messages: [], result: null });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
