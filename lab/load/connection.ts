import { createConnection, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Client, type Dispatcher, type buildConnector } from 'undici';
import { clock } from './clock';
import type { LoadTls } from './load-options';

/** What came of one request. */
export type Outcome =
  | { kind: 'answer'; status: number; version: string; sentAt: number; answeredAt: number }
  /** No complete answer; the text says what happened. */
  | { kind: 'lost'; text: string }
  /** The server had ended this used connection before the request was written: nothing was sent. */
  | { kind: 'unsent' };

/** One request, without a body. */
export interface RequestHead {
  path: string;
  host: string;
  /** Whether to announce that this is the connection's last request. */
  close: boolean;
  /** Milliseconds in which the answer has to be complete. */
  timeout: number;
  /** The `Cookie` header. */
  cookie?: string;
}

/** Longer than a load lasts: it is the server that ends idle connections. */
const idleTimeout = 3_600_000;

/**
 * One TCP connection, with requests one after the other. undici's Client would quietly connect again when the server
 * closes; here its connector works once, so nothing is ever sent a second time, and the caller sees each end.
 */
export class Connection {
  /** When it was established, by `clock`; of one over TLS its TCP connection, with which it ends. */
  openedAt: number | undefined;
  private readonly client: Client;
  private socket: Socket | undefined;
  private requests = 0;

  /** Connects with the first request. `origin` is `http://address:port`, or with `tls` also `https://address:port`. */
  constructor(
    origin: string,
    private readonly tls?: LoadTls,
  ) {
    this.client = new Client(origin, {
      connect: (options, callback) => this.connect(options, callback),
      pipelining: 1,
      keepAliveTimeout: idleTimeout,
      keepAliveMaxTimeout: idleTimeout,
      // The caller's timeout is for the whole request.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Sends one request; only when the one before has its outcome. Never rejects. */
  request(head: RequestHead): Promise<Outcome> {
    const used = this.requests++ > 0;
    const readBefore = this.socket?.bytesRead ?? 0;
    return new Promise((resolve) => {
      let sentAt: number | undefined;
      let status = 0;
      let version = '';
      let sized = false;
      let timedOut = false;

      const lost = (error: Error) => {
        if (timedOut) return resolve({ kind: 'lost', text: `no complete answer within ${head.timeout} ms` });
        if (sentAt === undefined) {
          return resolve(
            used ? { kind: 'unsent' } : { kind: 'lost', text: `not connected: ${textOf(error)}` },
          );
        }
        const bytes = (this.socket?.bytesRead ?? 0) - readBefore;
        const text = `${textOf(error)}, after ${bytes} bytes of the answer to request ${this.requests} of its connection`;
        resolve({ kind: 'lost', text });
      };
      const timer = setTimeout(() => {
        timedOut = true;
        this.close(new Error('timeout'));
      }, head.timeout);

      const handler: Dispatcher.DispatchHandler = {
        // undici calls this in the same breath in which it writes.
        onRequestStart: () => (sentAt = clock()),
        onResponseStart: (_controller, code, headers) => {
          status = code;
          version = headers['x-version']?.toString() ?? '(none)';
          sized = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => {
          clearTimeout(timer);
          if (status === 200 && !sized) {
            // It ends with the connection, and libuv shows an RST behind the last bytes as a FIN: it may have been cut.
            return resolve({
              kind: 'lost',
              text: 'an answer without a length, so nothing shows that it was complete',
            });
          }
          resolve({ kind: 'answer', status, version, sentAt: sentAt ?? NaN, answeredAt: clock() });
        },
        onResponseError: (_controller, error) => {
          clearTimeout(timer);
          lost(error);
        },
      };
      const { path, host, close, cookie } = head;
      this.client.dispatch(
        { path, method: 'GET', headers: { host, ...(cookie && { cookie }) }, ...(close && { reset: true }) },
        handler,
      );
    });
  }

  /** Ends the connection, whatever is in flight. */
  close(reason?: Error): void {
    // Rejects only when called without a reason and twice, and there is nothing left to do then.
    this.client.destroy(reason ?? null).catch(() => undefined);
    this.socket?.destroy();
  }

  private connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    if (this.socket !== undefined) return callback(new Error('the connection has ended'), null);
    const isTls = options.protocol === 'https:';
    const to = { host: options.hostname, port: Number(options.port || (isTls ? 443 : 80)), noDelay: true };
    const socket = isTls
      ? // Whose certificate it is decides `stranger`, before anything is sent.
        connectTls({ ...to, servername: this.tls?.servername, rejectUnauthorized: false })
      : createConnection(to);
    this.socket = socket;
    const refused = (error: Error) => callback(error, null);
    socket.once('error', refused);
    socket.once('connect', () => (this.openedAt = clock()));
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.off('error', refused);
      const error = isTls ? stranger(socket as TLSSocket, this.tls) : undefined;
      if (error === undefined) return callback(null, socket);
      socket.destroy();
      callback(error, null);
    });
  }
}

/** What is wrong with a server's certificate; undefined: it is one of those that are right. */
function stranger(socket: TLSSocket, tls: LoadTls | undefined): Error | undefined {
  const shown = socket.getPeerX509Certificate();
  if (shown && tls?.fingerprints.includes(shown.fingerprint.replaceAll(':', ''))) return undefined;
  return new Error(`another certificate (serial ${shown?.serialNumber ?? 'none'})`);
}

function textOf(error: Error): string {
  // With several addresses tried, the message is empty and the reasons are inside.
  if (error instanceof AggregateError) return error.errors.map((inner) => textOf(inner as Error)).join('; ');
  return error.message;
}
