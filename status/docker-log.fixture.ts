import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Docker from 'dockerode';

/** For specs: a message as Docker frames it (Docker Engine API, "Attach to a container"). */
export function frame(stream: 'stdout' | 'stderr', message: string): Buffer {
  const content = Buffer.from(message);
  const head = Buffer.alloc(8);
  head[0] = stream === 'stdout' ? 1 : 2;
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** For specs: a container of `FakeLogs`. */
export interface FakeContainer {
  id: string;
  service: string;
  image: string;
  /** Unix time in s. */
  created: number;
  state: string;
  status: string;
  /** Each with its time, in the form `2026-08-01T12:00:00.000000000Z text`. */
  lines: string[];
}

/** For specs: the part of Docker's API that logs need, over HTTP on the loopback address. */
export class FakeLogs {
  containers: FakeContainer[] = [];
  /** IDs of containers that are taken away as soon as they were listed. */
  readonly gone = new Set<string>();
  /** Every question, without the version. */
  readonly asked: string[] = [];
  private readonly followers = new Map<string, Set<ServerResponse>>();
  private readonly server = createServer((request, response) => this.answer(request, response));

  /** Starts it. @returns an API to talk to it. */
  async start(): Promise<Docker> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return new Docker({
      protocol: 'http',
      host: '127.0.0.1',
      port: (this.server.address() as AddressInfo).port,
    });
  }

  /** Ends it, and all who follow. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** How many follow a container now. */
  followersOf(id: string): number {
    return this.followers.get(id)?.size ?? 0;
  }

  /** Makes a container print a line. */
  print(id: string, line: string): void {
    this.containers.find((each) => each.id === id)!.lines.push(line);
    for (const follower of this.followers.get(id) ?? []) follower.write(frame('stdout', `${line}\n`));
  }

  /** Ends a container: Docker then ends the answers of those who follow it. */
  exit(id: string, status: string): void {
    Object.assign(
      this.containers.find((each) => each.id === id)!,
      { state: 'exited', status },
    );
    for (const follower of this.followers.get(id) ?? []) follower.end();
  }

  /** Breaks the connections of those who follow a container, as a machine does that loses its power. */
  breakFollowers(id: string): void {
    for (const follower of this.followers.get(id) ?? []) follower.destroy();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request.url ?? '');
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://docker');
    if (pathname === '/containers/json') {
      const { label } = JSON.parse(searchParams.get('filters') ?? '{}') as { label: string[] };
      const service = label[0]!.split('=')[1];
      const found = this.containers.filter(
        (each) =>
          each.service === service && (searchParams.get('all') === 'true' || each.state === 'running'),
      );
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          found.map(({ id, image, created, state, status }) => ({
            Id: id,
            ImageID: image,
            Created: created,
            State: state,
            Status: status,
          })),
        ),
      );
      return;
    }
    const id = pathname.split('/')[2]!;
    const container = this.containers.find((each) => each.id === id);
    if (!container || this.gone.has(id) || !pathname.endsWith('/logs')) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `No such container: ${id}` }));
      return;
    }
    this.log(container, searchParams, response);
  }

  private log(container: FakeContainer, query: URLSearchParams, response: ServerResponse): void {
    const since = query.get('since');
    // Docker compares times, not texts; for the specs, which stay within one second, the decimals do.
    const wanted = container.lines.filter(
      (line) => !since || line.slice(19, 29) >= since.slice(since.indexOf('.')),
    );
    const tail = query.get('tail');
    const shown = tail ? wanted.slice(-Number(tail)) : wanted;
    for (const line of shown) response.write(frame('stdout', `${line}\n`));
    if (query.get('follow') !== 'true' || container.state !== 'running') {
      response.end();
      return;
    }
    response.flushHeaders();
    const followers = this.followers.get(container.id) ?? new Set();
    this.followers.set(container.id, followers.add(response));
    response.on('close', () => followers.delete(response));
  }
}
