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
  /** The edges that DNS had at the last look; undefined before the first. */
  private there?: ReadonlySet<string>;
  /** By edge: when another watchdog was seen to have let it in. */
  private appeared = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly world: { now(): number; tell(event: WatchdogEvent): void },
  ) {}

  /** To be called in each round: tells what has waited long enough. */
  round(): void {
    if (this.gathered && this.world.now() - this.gathered.since >= gatherTime) this.tellGathered();
  }

  /**
   * To be called whenever DNS was looked at. A site that returns may be let in by two watchdogs, some of its edges by each: who
   * was first tells, of the others' edges too, and the others say nothing.
   *
   * @param edges those that DNS leads to.
   */
  seen(edges: readonly string[], health: ReadonlyMap<string, EdgeHealth>): void {
    const at = this.world.now();
    const fresh = this.there ? edges.filter((edge) => !this.there!.has(edge)) : [];
    this.there = new Set(edges);
    for (const edge of this.appeared.keys()) if (!this.there.has(edge)) this.appeared.delete(edge);
    for (const edge of fresh) this.appeared.set(edge, at);
    const ours = fresh.filter((edge) => this.gathers(this.siteOf(edge)));
    if (ours.length > 0)
      this.gather({
        kind: 'changed',
        at,
        added: ours.map((edge) => newsOf(edge, health)),
        removed: [],
        forgotten: [],
        remaining: [...edges].sort(),
      });
  }

  private siteOf(id: string): string | undefined {
    return this.pool.edges.find((edge) => edge.id === id)?.site;
  }

  /** Whether news of this site waits here. */
  private gathers(site: string | undefined): boolean {
    return this.gathered?.event.added.some(({ edge }) => this.siteOf(edge) === site) ?? false;
  }

  /** Whether news of this site waits at another watchdog. */
  private isGatheredElsewhere(site: string | undefined): boolean {
    if (this.gathers(site)) return false;
    const since = this.world.now() - gatherTime;
    return [...this.appeared].some(([edge, at]) => at > since && this.siteOf(edge) === site);
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
      for (const edge of [...removed, ...forgotten]) this.appeared.delete(edge);
    } else {
      const untold = event.added.filter(({ edge }) => !this.isGatheredElsewhere(this.siteOf(edge)));
      if (untold.length > 0) this.gather({ ...event, added: untold });
    }
    this.there = new Set(event.remaining);
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
