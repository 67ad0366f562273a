import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A server for the load's tests that does exactly what it is told, byte by byte; an HTTP library would be too polite. */
export interface RawServer {
  origin: string;
  /** Requests read so far. */
  readonly requests: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly open: number;
  /** Closes the listener and what is open. */
  close(): Promise<void>;
}

/** Answers one request. */
export type RawAnswer = (request: {
  socket: Socket;
  /** The request's head as it came. */
  head: string;
  /** How many requests this server has read, this one included: 1, 2, … */
  number: number;
  /** How many this connection has brought, this one included. */
  onConnection: number;
}) => void;

/** A complete answer with this body's length given; `headers` end with CRLF each. */
export function httpAnswer(version: string, headers = '', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nX-Version: ${version}\r\nContent-Length: 3\r\n${headers}\r\nok\n`;
}

/**
 * Sends an RST and nothing before it. Node's own `resetAndDestroy` sends a FIN first, which a client reads first; so this
 * goes to the handle inside, which ends the connection at once.
 */
export function reset(socket: Socket): void {
  const { _handle: handle } = socket as unknown as {
    _handle: { reset(done: () => void): number } | null;
  };
  // Null when the client has closed before.
  handle?.reset(() => socket.destroy());
}

/**
 * Listens on a free port of the loopback address.
 *
 * @param tls PEM, to listen over TLS; default: plain TCP.
 */
export async function startRawServer(
  answer: RawAnswer,
  tls?: { certificate: string; key: string },
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let requests = 0;
  let connections = 0;
  const accept = (socket: Socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    let onConnection = 0;
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      // The load never sends a body, nor a request before the last one's answer.
      if (!text.endsWith('\r\n\r\n')) return;
      const head = text;
      text = '';
      answer({ socket, head, number: ++requests, onConnection: ++onConnection });
    });
  };
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key, noDelay: true }, accept)
    : createServer({ noDelay: true }, accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requests() {
      return requests;
    },
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
