import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../edge/site-contact';

/** Pause between two looks, in ms, where nobody counts the milliseconds. */
const usualPause = 500;

/**
 * Looks again and again until nothing is left to wait for. A look may fail: while managers elect a leader, or a machine
 * boots, there is nobody to ask.
 *
 * @param look what is still to come, in words; undefined when all is there.
 * @param limit in ms.
 * @param log is told what is waited for, each time that it is something else.
 * @param pause between two looks, in ms.
 * @returns what was still to come when the time was over; undefined when all came.
 */
export async function waitUntil(
  look: () => Promise<string | undefined>,
  limit: number,
  log: (line: string) => void,
  pause = usualPause,
): Promise<string | undefined> {
  const until = Date.now() + limit;
  let said: string | undefined;
  for (;;) {
    const left = await look().catch(messageOf);
    if (left === undefined) return undefined;
    if (Date.now() > until) return left;
    if (left !== said) log(`waiting: ${left}`);
    said = left;
    await sleep(pause);
  }
}
