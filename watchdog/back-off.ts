import type { FenceMemory } from './comments';
import { definitionOf, type Pool } from './pool';

/** How long an edge waits before it is let back in, after its level's removals in a row: nothing the first time, then doubling. */
const firstHold = 60_000;
/** Longer than that nobody waits, in ms. */
export const longestHold = 30 * 60_000;
/** So long without any change of the pool takes one level off, in ms: twice the longest wait. */
export const levelForgotten = 60 * 60_000;
const highestLevel = 9;

/** How long, in ms, an edge of this level is kept out after the last change of the pool. */
export function holdOf(level: number): number {
  return level <= 1 ? 0 : Math.min(longestHold, firstHold * 2 ** (level - 2));
}

/** The levels at `now`, one for each edge of the pool. Those of another definition mean other edges, so they are forgotten. */
export function levelsAt(pool: Pool, memory: FenceMemory | undefined, now: number): number[] {
  const known = memory?.definition === definitionOf(pool) ? memory : undefined;
  const quiet = known ? Math.max(0, Math.floor((now - known.changed) / levelForgotten)) : 0;
  return pool.edges.map((_, index) => Math.max(0, (known?.levels[index] ?? 0) - quiet));
}

/** What the next fence remembers, when these edges were removed at `now`. */
export function memoryAfter(
  pool: Pool,
  memory: FenceMemory | undefined,
  removed: ReadonlySet<string>,
  now: number,
): FenceMemory {
  const levels = levelsAt(pool, memory, now).map((level, index) =>
    removed.has(pool.edges[index]!.id) ? Math.min(highestLevel, level + 1) : level,
  );
  return { definition: definitionOf(pool), changed: now, levels };
}

/** Whether an edge has waited long enough. A clock that went back must not keep it out for longer than the longest wait. */
export function hasWaited(level: number, changed: number | undefined, now: number): boolean {
  if (changed === undefined) return true;
  const waited = now - changed;
  return waited >= holdOf(level) || waited < -longestHold;
}
