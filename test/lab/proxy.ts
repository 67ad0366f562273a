import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './test-site';

/** Where a proxy sends requests: an edge, and the site that it belongs to. */
export interface Origin {
  site: string;
  address: string;
}

/** What a proxy saw so far. */
export interface ProxyReport {
  requests: number;
  /** Requests without an answer of status 200, with the origin and what happened. */
  lost: string[];
  /** Connections that were refused, each of which was tried at another origin. */
  refused: number;
  /** Answers by site and version: `vps 1.0.0`. */
  answers: Record<string, number>;
}

/** Pause of a client between two requests, in ms. */
const pause = 20;

/**
 * Clients behind a proxy that has all origins from DNS, as Cloudflare's has (developers.cloudflare.com, "Round-robin DNS"):
 * each request goes to the next origin, over a connection of its own; when that is refused, to another one, once. Nothing
 * that was sent is sent again.
 *
 * @param origins those that DNS has now; at least one
 */
export function startProxy(
  origins: () => readonly Origin[],
  host: string,
  clients = 6,
): { report: () => ProxyReport; stop: () => Promise<ProxyReport> } {
  const seen: ProxyReport = { requests: 0, lost: [], refused: 0, answers: {} };
  let turn = 0;
  let stopping = false;
  const next = () => {
    const all = origins();
    return all[turn++ % all.length]!;
  };
  const send = async (origin: Origin, isLastTry: boolean): Promise<void> => {
    const { site, address } = origin;
    try {
      const { status, version } = await ask(address, '/', { host });
      if (status !== 200) return void seen.lost.push(`${site} ${address}: status ${status}`);
      const key = `${site} ${version}`;
      seen.answers[key] = (seen.answers[key] ?? 0) + 1;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ECONNREFUSED' || isLastTry)
        return void seen.lost.push(`${site} ${address}: ${code ?? message}`);
      seen.refused++;
      await send(next(), true);
    }
  };
  const loops = Array.from({ length: clients }, async () => {
    while (!stopping) {
      await send(next(), false);
      seen.requests++;
      await sleep(pause);
    }
  });
  return {
    report: () => structuredClone(seen),
    stop: async () => {
      stopping = true;
      await Promise.all(loops);
      return seen;
    },
  };
}
