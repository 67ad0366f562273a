import { setTimeout as sleep } from 'node:timers/promises';
import { eventMessage } from '../notify/event-message';
import { Heartbeat } from '../notify/heartbeat';
import { Messenger } from '../notify/messenger';
import { sendersTo } from '../notify/senders';
import { CallBudget } from './call-budget';
import { checkEdge } from './check-edge';
import { cloudflareApi } from './cloudflare-api';
import type { Settings } from './settings';
import { Watchdog } from './watchdog';

/** How often kept messages are looked after, in ms. */
const tickTime = 30_000;

/** How long it takes at most to end, in ms. Swarm ends it after 10 s (`stopGracePeriod` in components/watchdog.ts). */
export const endTime = 8000;
/** How long of that the round that is going on may take, in ms; the rest is for messages. */
const lastRound = 4000;

/**
 * A watchdog at work on the real world. Goes on until the signal; then it comes back within `endTime`, with what it had to tell
 * told. A round that takes longer than that allows is left where it is, as when the process is killed.
 */
export async function runWatchdog(
  settings: Settings,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const { site, pool, checks, destinations, quietHours, heartbeat } = settings;
  const now = () => Date.now();
  const wait = (ms: number, stop?: AbortSignal) =>
    sleep(ms, undefined, { signal: stop }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  const messenger = new Messenger({
    senders: sendersTo(destinations),
    ...(quietHours ? { quietHours } : {}),
    now,
    sleep: wait,
    log,
  });
  const beats = heartbeat && new Heartbeat(heartbeat.url, heartbeat.every, now, log);
  const watchdog = new Watchdog(
    { pool, site },
    {
      check: (edge, required) => checkEdge(edge, checks, required),
      api: cloudflareApi(settings.cloudflare, new CallBudget(now)),
      now,
      sleep: (ms) => wait(ms, signal),
      tell: (event) => {
        const message = eventMessage(event, pool, site, quietHours?.timeZone);
        log(`${message.title}: ${message.text.replaceAll('\n', ' | ')}`);
        messenger.tell(message);
      },
      alive: () => beats?.beat(),
    },
  );
  const ticks = setInterval(() => messenger.tick(), tickTime);
  const over = new AbortController();
  let stoppedAt: number | undefined;
  const stopped = new Promise<void>((resolve) => {
    const stop = () => {
      stoppedAt = now();
      watchdog.stop();
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  log(`watches ${pool.edges.length} edges of ${pool.hostnames.join(', ')} from ${site}`);
  try {
    await Promise.race([watchdog.run(), stopped.then(() => wait(lastRound, over.signal))]);
  } finally {
    over.abort();
    clearInterval(ticks);
    await messenger.end(endTime - (now() - (stoppedAt ?? now())));
  }
}
