import { setTimeout as sleep } from 'node:timers/promises';
import { clockAhead } from './clock-ahead';
import type { SshSession } from '../remote/ssh-session';
import type { RequestSample } from './request-sample';
import { RuntimeApi } from './runtime-api';

/** What is watched for, and until when. */
export interface RequestWatch {
  /** Requests that began earlier are left out; ms since 1970 by this machine's clock. */
  since: number;
  /** Ends the watch, after a last look. */
  signal: AbortSignal;
  /** Gets each request once; `at` is by this machine's clock too, whatever the edge's clock says. */
  onSamples: (samples: RequestSample[]) => void;
}

/** Pauses between two looks, in ms: short enough to learn the rate, and long enough not to burden a home's uplink (1.4 MB a look). */
const [shortestPause, longestPause] = [1000, 30_000];

/** How often the last look is tried: without it all that came before is of no use. */
const lastLooksMax = 3;

/**
 * Hands on what an edge logs of its requests until the signal. It looks at the rings of all its workers, as often as is
 * needed for their requests not to be overwritten before they were seen: when half of a ring is new. Only a rate that
 * more than doubles within a pause, or a worker that ends after a reload, costs some of them, of both slots alike.
 *
 * An edge that can't be read is tried again: what it logged meanwhile comes then.
 *
 * @param open the session to the edge's node, a new one when the last one broke (`SiteContact.session`).
 * @throws Error when the last look failed, each of three times; what came before was handed on.
 */
export async function watchRequests(
  open: () => Promise<SshSession>,
  { since, signal, onSamples }: RequestWatch,
): Promise<void> {
  const known = new Map<number, Set<string>>();
  let lookedAt = performance.now();
  for (let lastLooks = 0; ;) {
    const isLast = signal.aborted;
    if (isLast) lastLooks++;
    let pause = shortestPause;
    const found = await look(open).catch((error: unknown) => {
      if (lastLooks === lastLooksMax) throw error;
      return undefined;
    });
    if (found) {
      const fresh = withoutKnown(found.samples, known);
      const now = performance.now();
      const untilHalf = ((now - lookedAt) * found.samples.length) / (2 * fresh.length || 1);
      pause = Math.min(longestPause, Math.max(shortestPause, untilHalf));
      lookedAt = now;
      onSamples(
        fresh.map((each) => ({ ...each, at: each.at - found.clockAhead })).filter(({ at }) => at >= since),
      );
    }
    if (found && isLast) return;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** All that the edge's workers hold, and how far its clock is ahead of ours, in ms. */
async function look(
  open: () => Promise<SshSession>,
): Promise<{ samples: RequestSample[]; clockAhead: number }> {
  const session = await open();
  const api = new RuntimeApi(session);
  const ahead = await clockAhead(session);
  const rings = await Promise.all((await api.workers()).map((worker) => api.requestSamples(worker)));
  return { samples: rings.flat(), clockAhead: ahead };
}

/** Those that no earlier look had; `known` then has those of this look, by process: a ring never shows again what it once lacked. */
function withoutKnown(samples: readonly RequestSample[], known: Map<number, Set<string>>): RequestSample[] {
  const keyOf = ({ counter, at }: RequestSample) => `${counter} ${at}`;
  const fresh = samples.filter((sample) => !known.get(sample.process)?.has(keyOf(sample)));
  for (const process of new Set(samples.map((sample) => sample.process)))
    known.set(process, new Set(samples.filter((each) => each.process === process).map(keyOf)));
  return fresh;
}
