import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAnswer } from './answer';
import { control, controlPrefix } from './control';
import { apiPrefix } from './router';
import { StandIn, type StandInOptions } from './stand-in';

/** How a stand-in is started. */
export interface CloudflareOptions extends StandInOptions {
  /** Where it listens. Default: 127.0.0.1. */
  host?: string;
  /** Default: 0, any port that is free. */
  port?: number;
}

/** A stand-in of Cloudflare's API that listens. */
export interface Cloudflare {
  /** The API's base, as the official client's `baseURL`: `http://127.0.0.1:PORT/client/v4`. */
  url: string;
  /** The base of the control path: `http://127.0.0.1:PORT/__control`. */
  controlUrl: string;
  /** The same without HTTP: faults, calls, records. */
  standIn: StandIn;
  /** Keeps the state and ends, with all connections. */
  stop(): Promise<void>;
}

/** Requests of ours are far smaller; Cloudflare's own limit is 100 MB. */
const bodyMost = 1_000_000;

/** Starts a stand-in of Cloudflare's API in this process. What it answers and keeps: {@link StandIn}. */
export async function startCloudflare(options: CloudflareOptions = {}): Promise<Cloudflare> {
  const standIn = await StandIn.create(options);
  const server = createServer((request, response) => {
    respond(standIn, request, response).catch(() => response.destroy());
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const base = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url: `${base}${apiPrefix}`,
    controlUrl: `${base}${controlPrefix}`,
    standIn,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      standIn.save();
    },
  };
}

async function respond(standIn: StandIn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const method = request.method ?? 'GET';
  const body = await content(request);
  if (url.pathname.startsWith(`${controlPrefix}/`)) {
    send(response, control(standIn, method, url.pathname, body));
    return;
  }
  const { authorization } = request.headers;
  const answer = await standIn.answer({ method, url, authorization, body });
  if (answer === 'hang-up') response.destroy();
  else if (answer !== undefined) send(response, answer);
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function content(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bodyMost) throw new Error('the body is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
