import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../../lab/load/clock';
import { ask } from './test-site';

/** What visitors saw so far. */
export interface Visits {
  /** Visits that were answered in the end. */
  answered: number;
  /** Visits that had no answer for longer than a visitor's patience, with what happened last. */
  lost: string[];
  /** Visits that had to be tried again, by what happened. */
  again: Record<string, number>;
  /** Answers by version; `(none)` for an answer without one. */
  versions: Record<string, number>;
  /** Longest time from the first try of a visit to its answer, in ms. */
  longest: number;
}

/** How long a visitor goes on trying, in ms: longer than any address may be away. */
const patience = 10_000;

/** Pause before another try, in ms. */
const pause = 50;

/**
 * Visitors of one address, as browsers are: each request on a connection of its own, which is tried again when there was
 * no answer (a GET may be, RFC 9110, 9.2.2). A server's own 5xx is an answer, and lost: nobody tries that again.
 */
export function startVisitors(address: string, host: string, count = 8): { stop(): Promise<Visits> } {
  const seen: Visits = { answered: 0, lost: [], again: {}, versions: {}, longest: 0 };
  let stopping = false;
  const visit = async () => {
    const begin = clock();
    for (;;) {
      try {
        const { status, version } = await ask(address, '/', { host });
        if (status !== 200) return void seen.lost.push(`status ${status}`);
        seen.answered++;
        seen.versions[version] = (seen.versions[version] ?? 0) + 1;
        seen.longest = Math.max(seen.longest, clock() - begin);
        return;
      } catch (error) {
        const text = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        if (clock() - begin > patience) return void seen.lost.push(text);
        seen.again[text] = (seen.again[text] ?? 0) + 1;
        await sleep(pause);
      }
    }
  };
  const loops = Array.from({ length: count }, async () => {
    while (!stopping) {
      await visit();
      await sleep(pause);
    }
  });
  return {
    stop: async () => {
      stopping = true;
      await Promise.all(loops);
      return seen;
    },
  };
}
