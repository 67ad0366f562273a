import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6 } from 'node:net';
import { readinessPath } from '../edge/edge-paths';
import type { CheckOutcome } from './edge-health';
import type { PoolEdge } from './pool';

/** How the edges of a pool are asked. */
export interface CheckOptions {
  scheme: 'http' | 'https';
  port: number;
  /** Host header and TLS name of the question whether the edge is ready: the pool's first name. */
  hostname: string;
  /** Paths that must answer 2xx or 3xx under a name of the pool. */
  paths: { hostname: string; path: string }[];
  /** PEM: whom to believe instead of the CAs that Node knows (Cloudflare's origin CA, one of your own). */
  ca?: string;
  /** PEM: shown to edges that let in only who has one (Authenticated Origin Pulls). */
  cert?: string;
  key?: string;
}

/** How long an answer may take, in ms. Less than half of a round, so that a site without power is noticed in three rounds. */
export const checkPatience = 2000;
/** More of an answer is not read. */
const bytesMax = 16_384;

/**
 * Asks an edge at each of its addresses whether it is ready and what generation it has, and the service whether it is alive,
 * as a client would. Never throws.
 *
 * @param required the least generation; undefined for any.
 */
export async function checkEdge(
  edge: PoolEdge,
  options: CheckOptions,
  required: number | undefined,
): Promise<CheckOutcome> {
  const outcomes = await Promise.all(
    edge.addresses.map(async (address) => ({
      address,
      ...(await checkAddress(edge, address, options, required)),
    })),
  );
  // A site without IPv6 can't say anything of such an address, as long as another one of the edge is well.
  const known = outcomes.filter((each) => !(each.unroutable && isIPv6(each.address)));
  const said = known.length > 0 ? known : outcomes;
  const { outcome } = said.find((each) => each.outcome.kind !== 'well') ?? said[0]!;
  return outcome;
}

interface Answer {
  status: number;
  body: string;
}

async function checkAddress(
  edge: PoolEdge,
  address: string,
  options: CheckOptions,
  required: number | undefined,
): Promise<{ outcome: CheckOutcome; unroutable: boolean }> {
  const { hostname, paths } = options;
  try {
    const [readiness, ...alive] = await Promise.all([
      ask(address, hostname, readinessPath, options),
      ...paths.map((each) => ask(address, each.hostname, each.path, options)),
    ]);
    const sick = alive.findIndex(({ status }) => status < 200 || status >= 400);
    const outcome = readinessOf(edge, readiness, required);
    if (outcome.kind !== 'well' || sick < 0) return { outcome, unroutable: false };
    const { hostname: name, path } = paths[sick]!;
    const why = `${name}${path} answers ${alive[sick]!.status}`;
    return { outcome: { kind: 'failed', why }, unroutable: false };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const unroutable = code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
    return { outcome: { kind: 'failed', why: message }, unroutable };
  }
}

/** What an edge's answer about its readiness comes to (edge/haproxy-cfg/readiness.ts). Pure. */
export function readinessOf(edge: PoolEdge, { status, body }: Answer, required = 0): CheckOutcome {
  const said = parsed(body);
  const out = said['maintenance'];
  if (said['stays'] === false) return { kind: 'leaving', why: 'it is about to stop' };
  if (Array.isArray(out) && out.includes(edge.node)) return { kind: 'leaving', why: 'it is in maintenance' };
  const { generation } = said;
  if (status !== 200)
    return { kind: 'failed', why: `it is not ready: ${status} ${body.trim().slice(0, 200)}` };
  if (typeof generation !== 'number') return { kind: 'failed', why: 'it does not say its generation' };
  if (generation < required)
    return { kind: 'failed', why: `it has generation ${generation}, and ${required} is required` };
  return { kind: 'well', generation };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** @throws Error when there is no whole answer in time */
function ask(address: string, hostname: string, path: string, options: CheckOptions): Promise<Answer> {
  const { scheme, port, ca, cert, key } = options;
  const usual = scheme === 'https' ? 443 : 80;
  return new Promise((resolve, reject) => {
    const common = {
      host: address,
      port,
      path,
      // A connection of its own each time: a kept one says nothing about new clients.
      agent: false,
      headers: { host: port === usual ? hostname : `${hostname}:${port}`, 'user-agent': 'evenkeel-watchdog' },
      signal: AbortSignal.timeout(checkPatience),
    } as const;
    const asked =
      scheme === 'https'
        ? requestHttps({
            ...common,
            servername: hostname,
            ...(ca ? { ca } : {}),
            ...(cert ? { cert, key } : {}),
          })
        : requestHttp(common);
    asked.on('response', (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        if (body.length < bytesMax) body += chunk.toString('utf8');
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    asked.on('error', (error) =>
      reject(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? new Error(`no answer within ${checkPatience} ms`)
          : error,
      ),
    );
    asked.end();
  });
}
