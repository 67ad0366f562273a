import { setTimeout as sleep } from 'node:timers/promises';

/** For specs: waits until something holds. @throws Error after 10 s. */
export async function waitUntil(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !holds(); await sleep(50))
    if (Date.now() > end) throw new Error('not within 10 s');
}
