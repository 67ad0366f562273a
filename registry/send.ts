import { setTimeout as sleep } from 'node:timers/promises';
import { exchange, type Answer, type Request, type Transport } from './exchange';
import { explainFailure } from './failure';

/** A server that asks for more patience than this is left alone: the user waits at the terminal. */
const MAX_WAIT_MS = 10_000;

/** Node's codes for a connection that the other end gave up. */
const RESET = ['ECONNRESET', 'EPIPE'];

type Outcome = { answer: Answer } | { error: NodeJS.ErrnoException };

/**
 * Makes a request that may be made twice, and makes it again when the server is busy (429), fails (5xx) or drops the
 * connection; after the transport's pauses, or as long as Retry-After says, up to 10 s. Follows no redirect.
 * @returns the last answer, whatever its status
 * @throws Error for a person when there was no answer
 */
export async function send(request: Request, transport: Transport): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await exchange(request, transport).then(
      (answer): Outcome => ({ answer }),
      (error: NodeJS.ErrnoException): Outcome => ({ error }),
    );
    const pause = transport.pausesMs[attempt];
    const wait =
      pause === undefined || !isPassing(outcome) ? undefined : Math.max(pause, retryAfter(outcome));
    if (wait === undefined || wait > MAX_WAIT_MS) {
      if ('error' in outcome) throw explainFailure(outcome.error, request.url);
      return outcome.answer;
    }
    await sleep(wait);
  }
}

function isPassing(outcome: Outcome): boolean {
  if ('error' in outcome) return RESET.includes(outcome.error.code ?? '');
  return outcome.answer.status === 429 || outcome.answer.status >= 500;
}

/** Milliseconds that the server asks to wait, in seconds or until a date (RFC 9110, 10.2.3); 0 when it does not say. */
function retryAfter(outcome: Outcome): number {
  const header = 'error' in outcome ? undefined : outcome.answer.headers['retry-after'];
  if (header === undefined) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? 0 : wait;
}
