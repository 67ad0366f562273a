import type { ApiError } from './dns-api';
import type { Decision } from './decide';
import type { EdgeHealth } from './edge-health';
import type { EdgeNews, WatchdogEvent } from './events';
import type { PoolRecords } from './pool-records';

/** How long the API may fail before people are told, in ms: its short troubles are nobody's business. */
const patience = 5 * 60_000;

/** Turns what a watchdog goes through into messages: each change of state once. */
export class Newsroom {
  private apiFailsSince?: number;
  private apiTold = false;
  private keptSince?: number;
  private keptEdges = '';
  private blockedTold = '';

  constructor(private readonly world: { now(): number; tell(event: WatchdogEvent): void }) {}

  /** A batch with addresses went through. */
  changed(
    decision: Extract<Decision, { kind: 'change' }>,
    before: PoolRecords,
    health: ReadonlyMap<string, EdgeHealth>,
  ): void {
    const { added, removed, forgotten } = decision;
    if (added.length + removed.length + forgotten.length === 0) return;
    const deleted = new Set(decision.batch.deletes);
    const stay = before.addresses.filter(({ id }) => !deleted.has(id)).flatMap(({ edge }) => edge?.id ?? []);
    this.world.tell({
      kind: 'changed',
      at: this.world.now(),
      added: added.map((edge) => newsOf(edge, health)),
      removed: removed.map((edge) => newsOf(edge, health)),
      forgotten,
      remaining: [...new Set([...stay, ...added])].sort(),
    });
  }

  /** Edges that are down and keep their records, perhaps all there are; `speaks` says whether it is ours to tell. */
  kept(
    edges: readonly string[],
    all: boolean,
    health: ReadonlyMap<string, EdgeHealth>,
    speaks: boolean,
  ): void {
    const at = this.world.now();
    const key = [...edges].sort().join();
    if (key === this.keptEdges) return;
    this.keptEdges = key;
    if (edges.length > 0) {
      this.keptSince ??= at;
      if (speaks)
        this.world.tell({ kind: 'kept', at, all, edges: edges.map((edge) => newsOf(edge, health)) });
    } else {
      if (speaks) this.world.tell({ kind: 'kept-over', at, since: this.keptSince ?? at });
      this.keptSince = undefined;
    }
  }

  apiFails(error: ApiError): void {
    const at = this.world.now();
    this.apiFailsSince ??= at;
    if (this.apiTold || at - this.apiFailsSince < patience) return;
    this.apiTold = true;
    this.world.tell({ kind: 'api-down', at, since: this.apiFailsSince, why: error.message });
  }

  apiAnswers(): void {
    if (this.apiTold && this.apiFailsSince !== undefined)
      this.world.tell({ kind: 'api-up', at: this.world.now(), since: this.apiFailsSince });
    this.apiFailsSince = undefined;
    this.apiTold = false;
  }

  blocked(keys: ReadonlySet<string>, _error: ApiError): void {
    const told = [...keys].sort();
    if (told.length > 0 && told.join() !== this.blockedTold)
      this.world.tell({ kind: 'blocked', at: this.world.now(), records: told });
    this.blockedTold = told.join();
  }
}

function newsOf(edge: string, health: ReadonlyMap<string, EdgeHealth>): EdgeNews {
  const { since = 0, why } = health.get(edge) ?? {};
  return { edge, since, ...(why === undefined ? {} : { why }) };
}
