import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { SecureContext } from 'node:tls';

/** One HTTP request. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: Buffer;
}

/** An HTTP answer, whatever its status, with its whole body. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** How requests are made. */
export interface Transport {
  /** Decides which servers are trusted. */
  secureContext: SecureContext;
  /** Milliseconds that one request may take, its answer included. */
  timeoutMs: number;
  /** Milliseconds to wait before each further attempt. */
  pausesMs: readonly number[];
}

/** Nothing that is asked for here is larger: a registry takes manifests of 4 MiB at most (distribution, maxManifestBodySize). */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** `code` of the error when a request took too long. */
export const TIMED_OUT = 'TIMED_OUT';

/**
 * Makes one request on a connection of its own, and follows no redirect.
 * @throws Error with Node's `code` (or `TIMED_OUT`) when there is no whole answer
 */
export async function exchange(request: Request, transport: Transport): Promise<Answer> {
  const signal = AbortSignal.timeout(transport.timeoutMs);
  try {
    return await ask(request, transport.secureContext, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw Object.assign(new Error(`no answer within ${transport.timeoutMs / 1000} s`), { code: TIMED_OUT });
  }
}

function ask(request: Request, secureContext: SecureContext, signal: AbortSignal): Promise<Answer> {
  const { method, url, headers, body } = request;
  const options: RequestOptions & { secureContext: SecureContext } = {
    method,
    headers: {
      'user-agent': 'evenkeel',
      'accept-encoding': 'identity', // the digest is that of the bytes as they are
      ...headers,
      ...(body && { 'content-length': String(body.length) }),
    },
    agent: false,
    signal,
    secureContext,
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const asked = send(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length <= MAX_BODY_BYTES) return;
        reject(new Error(`its answer is longer than ${MAX_BODY_BYTES} bytes`));
        asked.destroy();
      });
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
