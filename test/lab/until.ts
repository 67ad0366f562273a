import { setTimeout as sleep } from 'node:timers/promises';

/** Looks every 200 ms until `condition` holds; throws what it last saw after `limit` ms. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  condition: (seen: T) => boolean,
  limit = 60_000,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const seen = await look().catch((error: unknown) => error as Error);
    if (!(seen instanceof Error) && condition(seen)) return seen;
    if (Date.now() > end)
      throw new Error(
        `${what}: not within ${limit / 1000} s; last seen: ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`,
      );
    await sleep(200);
  }
}
