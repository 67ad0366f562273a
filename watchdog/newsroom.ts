import type { ApiError, DnsRecord } from './dns-api';
import type { Decision } from './decide';
import type { EdgeHealth } from './edge-health';
import type { EdgeNews, WatchdogEvent } from './events';
import type { Pool } from './pool';
import type { PoolRecords } from './pool-records';

/** How long the API may fail before people are told, in ms: its short troubles are nobody's business. */
const patience = 5 * 60_000;

/**
 * How long the news that an edge is up waits for the other edges of its site, in ms. Machines that get their power back together
 * boot seconds apart and are seen up in different rounds (test/lab/site-dies.spec.ts), and that is one thing for people: the site
 * is up. Who is down is told at once.
 */
const gatherTime = 30_000;

type Changed = Extract<WatchdogEvent, { kind: 'changed' }>;

/** Turns what a watchdog goes through into messages: each change of state once. */
export class Newsroom {
  private apiFailsSince?: number;
  private apiTold = false;
  private keptSince?: number;
  private keptEdges = '';
  private blockedTold = '';
  private reportBlocked = false;
  /** Edges that are up and were not told yet, in one event. */
  private gathered?: { since: number; event: Changed };
  private ended = false;

  constructor(
    private readonly pool: Pool,
    private readonly world: { now(): number; tell(event: WatchdogEvent): void },
  ) {}

  /** To be called in each round: tells what has waited long enough. */
  round(): void {
    if (this.gathered && this.world.now() - this.gathered.since >= gatherTime) this.tellGathered();
  }

  /** The watchdog is about to end: tells what waits, and from now on nothing waits. */
  end(): void {
    this.ended = true;
    this.tellGathered();
  }

  private tellGathered(): void {
    const { gathered } = this;
    this.gathered = undefined;
    if (gathered) this.world.tell(gathered.event);
  }

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
    const event: Changed = {
      kind: 'changed',
      at: this.world.now(),
      added: added.map((edge) => newsOf(edge, health)),
      removed: removed.map((edge) => newsOf(edge, health)),
      forgotten,
      remaining: [...new Set([...stay, ...added])].sort(),
    };
    if (removed.length + forgotten.length > 0) {
      this.tellGathered();
      this.world.tell(event);
    } else this.gather(event);
  }

  /** Adds to what waits, and tells it once the sites that it is about are whole. */
  private gather(event: Changed): void {
    const { since = event.at, event: before } = this.gathered ?? {};
    const added = [...(before?.added ?? []), ...event.added];
    this.gathered = { since, event: { ...event, added } };
    const sites = new Set(
      this.pool.edges.filter(({ id }) => added.some(({ edge }) => edge === id)).map(({ site }) => site),
    );
    const isWhole = this.pool.edges.every(({ id, site }) => !sites.has(site) || event.remaining.includes(id));
    if (isWhole || this.ended) this.tellGathered();
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

  /** The site's own report can't be made because of this record of somebody else; undefined: it was made. */
  reports(inTheWay: DnsRecord | undefined): void {
    if (inTheWay && !this.reportBlocked) {
      const { type, name, content } = inTheWay;
      this.world.tell({
        kind: 'report-blocked',
        at: this.world.now(),
        record: `${type} ${name} ${content}`,
      });
    }
    this.reportBlocked = inTheWay !== undefined;
  }
}

function newsOf(edge: string, health: ReadonlyMap<string, EdgeHealth>): EdgeNews {
  const { since = 0, why } = health.get(edge) ?? {};
  return { edge, since, ...(why === undefined ? {} : { why }) };
}
