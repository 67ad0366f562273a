import type { Load } from './load';
import type { LoadOptions } from './load-options';
import type { LoadReport } from './load-report';
import { httpAnswer, startRawServer, type RawAnswer, type RawServer } from './raw-server';
import { startLoad } from './start-load';

let servers: RawServer[] = [];
let loads: Load[] = [];

/** Stops what the other functions here have started; for `afterEach`. */
export async function cleanUp(): Promise<void> {
  await Promise.allSettled(loads.map((load) => load.stop()));
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
  loads = [];
}

/** Starts a server for one test, over TLS where it has a certificate. */
export async function serve(...given: Parameters<typeof startRawServer>): Promise<RawServer> {
  const server = await startRawServer(...given);
  servers.push(server);
  return server;
}

/** Starts a load of two kept-alive loops to this server, which is called pi1. */
export function start(server: { origin: string }, options: Partial<LoadOptions> = {}): Load {
  const targets = [{ name: 'pi1', origin: server.origin }];
  const load = startLoad({ targets, host: 'shop.example.com', keepAlive: 2, fresh: 0, ...options });
  loads.push(load);
  return load;
}

/** Runs a load until this many requests have ended. */
export async function runLoad(
  server: { origin: string },
  requests: number,
  options: Partial<LoadOptions> = {},
): Promise<LoadReport> {
  const load = start(server, options);
  await load.until(requests);
  return load.stop();
}

/** Answers completely, with version 1.0.0. */
export const good: RawAnswer = ({ socket }) => socket.write(httpAnswer('1.0.0'));

/** Every n-th request gets the other answer. */
export const every =
  (n: number, other: RawAnswer): RawAnswer =>
  (request) =>
    request.number % n === 0 ? other(request) : good(request);
