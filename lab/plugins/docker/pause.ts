import { setTimeout } from 'node:timers/promises';

/**
 * Waits.
 *
 * @param milliseconds how long
 * @param signal ends the waiting, with an AbortError
 */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Waits by the machine's clock. */
export const pause: Pause = (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal });
