import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';

/** What a `Browser` got. */
export interface Page {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** An open WebSocket to the sample service, which says its version first and then everything back. */
export interface OpenSocket {
  version: string;
  /** @returns what came back. */
  echo(message: string): Promise<string>;
  /** The status that it was closed with; rejects when it was cut. */
  closed: Promise<number>;
}

/** A client that keeps the cookies it gets, over a new connection each time, and follows no redirects. */
export class Browser {
  readonly cookies: Record<string, string> = {};

  constructor(private readonly host: string) {}

  /** @param address of the edge. */
  async get(address: string, path = '/'): Promise<Page> {
    const asked = request({ host: address, path, headers: this.headers(), agent: false, timeout: 10_000 });
    asked.on('timeout', () => asked.destroy(new Error(`${address} does not answer within 10 s`)));
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.cookies[name!] = value!;
    }
    return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) };
  }

  /** Opens a WebSocket at `/ws`. */
  async open(address: string): Promise<OpenSocket> {
    const socket = new WebSocket(`ws://${address}/ws`, { headers: this.headers(), handshakeTimeout: 10_000 });
    const next = async () => String((await once(socket, 'message'))[0]);
    const closed = new Promise<number>((resolve, reject) => {
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    closed.catch(() => undefined); // whoever waits for it gets it
    const version = await next();
    return {
      version,
      closed,
      echo: (message) => {
        const answer = next();
        socket.send(message);
        return answer;
      },
    };
  }

  private headers(): Record<string, string> {
    const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`);
    return { host: this.host, ...(cookie.length > 0 && { cookie: cookie.join('; ') }) };
  }
}
