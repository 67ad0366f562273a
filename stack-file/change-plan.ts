import type { Entry } from './yaml-entries';

/** What shall happen to the entries of one map or list; `New` is an entry that isn't there yet. */
export interface ChangePlan<New> {
  /** All entries that are there now, in the order of the text. */
  entries: readonly Entry[];
  /** Those of them that go. */
  removed: ReadonlySet<Entry>;
  /** What comes after which of those that stay. */
  addedAfter: ReadonlyMap<Entry, readonly New[]>;
  /** What comes before all of those that stay, or instead of all when none stays. */
  addedFirst: readonly New[];
}

/** Which entries stay, in the order of the text. */
export function keptOf({ entries, removed }: ChangePlan<unknown>): Entry[] {
  return entries.filter((entry) => !removed.has(entry));
}
