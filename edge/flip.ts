import type { Pointer } from '../release/pointer';
import { type PreparedPointer, RuntimeApi } from './runtime-api';
import type { SiteContact } from './site-contact';
import { unlessGone } from './unless-gone';

/** An edge that uses the new pointer, and when it was sure to (`performance.now()`). */
export interface FlippedEdge {
  name: string;
  at: number;
}

/**
 * Flips all the given edges at once: each worker, old ones that still finish requests too, takes in the pointer; only
 * when all have are they told to use it. An edge that fails is left out of the result, and so is one that has a newer
 * pointer by then: somebody rolled back since it was looked at, which an `up` must not undo.
 *
 * @param names of the nodes.
 */
export async function flip(
  names: readonly string[],
  pointer: Pointer,
  contact: Pick<SiteContact, 'session'>,
): Promise<FlippedEdge[]> {
  const settled = await Promise.allSettled(
    names.map(async (name) => {
      const api = new RuntimeApi(await contact.session(name));
      return { name, api, prepared: await prepareAll(api, pointer) };
    }),
  );
  const ready = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const flipped = await Promise.allSettled(
    ready.map(async ({ name, api, prepared }) => {
      // As late as can be: between this look and the flip there is one way to the edge.
      if ((await api.info()).pointer.generation > pointer.generation) {
        await abandonAll(prepared);
        throw new Error(`${name} has a newer pointer`);
      }
      const commits = await Promise.all(
        prepared.map(({ worker, change }) => unlessGone(api, worker, change.commit())),
      );
      return { name, at: Math.max(...commits.flatMap((commit) => (commit ? [commit.ms] : []))) };
    }),
  );
  return flipped.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** Milliseconds between the first and the last edge; undefined without any. */
export function spreadOf(flipped: readonly FlippedEdge[]): number | undefined {
  if (flipped.length === 0) return undefined;
  const times = flipped.map(({ at }) => at);
  return Math.max(...times) - Math.min(...times);
}

interface PreparedWorker {
  worker: string;
  change: PreparedPointer;
}

/** All workers of an edge, or none: what the others have taken in is forgotten when one fails. */
async function prepareAll(api: RuntimeApi, pointer: Pointer): Promise<PreparedWorker[]> {
  const settled = await Promise.allSettled(
    (await api.workers()).map(async (worker) => {
      const change = await unlessGone(api, worker, api.prepare(pointer, worker));
      return change ? [{ worker, change }] : [];
    }),
  );
  const prepared = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = settled.find((each) => each.status === 'rejected');
  if (!failed) return prepared;
  await abandonAll(prepared);
  throw failed.reason;
}

async function abandonAll(prepared: readonly PreparedWorker[]): Promise<void> {
  await Promise.allSettled(prepared.map(({ change }) => change.abandon()));
}
