import type { Pointer } from '../release/pointer';
import { RuntimeApi } from './runtime-api';
import type { SiteContact } from './site-contact';

/** An edge that uses the new pointer, and when it was sure to (`performance.now()`). */
export interface FlippedEdge {
  name: string;
  at: number;
}

/**
 * Flips all the given edges at once: each worker, old ones that still finish requests too, takes in the pointer; only
 * when all have are they told to use it. An edge that fails is left out of the result.
 *
 * @param names of the nodes.
 */
export async function flip(
  names: readonly string[],
  pointer: Pointer,
  contact: SiteContact,
): Promise<FlippedEdge[]> {
  const settled = await Promise.allSettled(
    names.map(async (name) => {
      const api = new RuntimeApi(await contact.session(name));
      const workers = await api.workers();
      return { name, prepared: await Promise.all(workers.map((worker) => api.prepare(pointer, worker))) };
    }),
  );
  const ready = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const flipped = await Promise.allSettled(
    ready.map(async ({ name, prepared }) => {
      const commits = await Promise.all(prepared.map((worker) => worker.commit()));
      return { name, at: Math.max(...commits.map(({ ms }) => ms)) };
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
