import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a request may take before it counts as one that hangs, in ms: far longer than an edge lets one wait. */
const patience = 15_000;

/** Pause between two bursts, in ms. */
const pause = 20;

/**
 * A crowd that comes to an address at a given rate for some time, whether those before were served or not, as clients do
 * who know nothing of each other.
 *
 * @param rate requests a second.
 * @param duration in ms.
 * @returns once all have an end, how many had which: `200`, `503, again after 1 s`, `503` without a Retry-After, `hangs`,
 *   or what happened to the connection.
 */
export async function crowd(
  address: string,
  host: string,
  path: string,
  rate: number,
  duration: number,
): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true });
  const ends: Record<string, number> = {};
  const all: Promise<void>[] = [];
  const began = performance.now();
  for (let time = 0; time < duration; time = performance.now() - began) {
    while (all.length < (time * rate) / 1000)
      all.push(visit().then((end) => void (ends[end] = (ends[end] ?? 0) + 1)));
    await sleep(pause);
  }
  await Promise.all(all);
  agent.destroy();
  return ends;

  function visit(): Promise<string> {
    return new Promise((resolve) => {
      const asked = request({ host: address, path, headers: { host }, agent }, (answer) => {
        const { 'retry-after': again } = answer.headers;
        const end = `${answer.statusCode}${again === undefined ? '' : `, again after ${again} s`}`;
        answer.resume();
        answer.on('end', () => resolve(end));
        answer.on('error', ({ message }) => resolve(message));
      });
      const late = setTimeout(() => {
        resolve('hangs');
        asked.destroy();
      }, patience);
      asked.on('close', () => clearTimeout(late));
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      asked.end();
    });
  }
}
