import { canonicalAddress } from '../config/shared-address';
import { reportComment, type Report } from './comments';
import type { Batch } from './dns-api';
import { type EdgeHealth, unseen, type Vote, voteOf } from './edge-health';
import { definitionOf, type Pool } from './pool';
import { controlRecord, type PoolRecords, reportText } from './pool-records';
import { type Heard, isFresh, judge } from './votes';

/** How often a report is made anew, in seconds: while something is asked, when that has gone on for a minute, and else. */
const whileAsked = 5;
const whileAskedLong = 30;
const inPeace = 300;
/** How long an unchanged situation is asked about at the short interval, in ms. */
const longAsked = 60_000;
/** Instances that are remembered, over all sites; the oldest are forgotten. One more comes with each start of a process. */
const instancesMax = 1000;

/**
 * What this watchdog and the others tell each other through the API: each site has one TXT record whose comment is its
 * latest report. Reports are made anew at once when votes change, every 5 s while anybody's votes differ from what DNS has,
 * and else every 5 minutes; so a report that changes in such a time comes from a watchdog that lives and reaches the API.
 */
export class Bulletin {
  /** True when a later process of the same site is at work: this one looks on. */
  standsBy = false;
  private readonly instance: number;
  private readonly definition: string;
  private readonly heard = new Map<string, Heard>();
  /** By site and instance: the highest sequence that was heard. */
  private readonly sequences = new Map<string, number>();
  /** The site's own report, when another process of it wrote it. */
  private rival?: Heard;
  private last?: { report: Report; at: number };
  private draft?: Report;
  /** By edge: since when the published vote differs from what DNS has. */
  private readonly askedAt = new Map<string, number>();
  /** When a vote changed last, ours or another's. */
  private movedAt: number;

  constructor(
    private readonly pool: Pool,
    private readonly site: string,
    now: number,
  ) {
    this.instance = Math.floor(now / 1000);
    this.definition = definitionOf(pool);
    this.movedAt = now;
  }

  /** By edge. Who sees no edge up at all may be cut off itself, and so has nothing to say. */
  votes(health: ReadonlyMap<string, EdgeHealth>): Map<string, Vote> {
    const votes = this.pool.edges.map(({ id }) => [id, voteOf(health.get(id) ?? unseen)] as const);
    const sees = votes.some(([, vote]) => vote === 'up');
    return new Map(votes.map(([id, vote]) => [id, sees ? vote : 'unsure']));
  }

  /** Takes note of the reports that were just read. A list may be older than the one before it, so old reports say nothing. */
  hear({ reports }: PoolRecords, now: number): void {
    for (const [site, { report }] of reports) {
      const known = site === this.site ? this.rival : this.heard.get(site);
      if (!this.isNew(site, report)) continue;
      const next = { report, ...(known ? { changedAt: now } : {}) };
      if (site === this.site) this.rival = next;
      else this.heard.set(site, next);
      if (known && known.report.votes.join() !== report.votes.join()) this.movedAt = now;
    }
    const { rival } = this;
    this.standsBy =
      rival !== undefined &&
      rival.report.instance > this.instance &&
      (rival.changedAt === undefined ? now - this.instance * 1000 < longAsked : isFresh(rival, now));
  }

  /** Whether it is later than all that its instance was heard to say; then it is what was heard last. */
  private isNew(site: string, { instance, sequence }: Report): boolean {
    const key = `${site} ${instance}`;
    if (sequence <= (this.sequences.get(key) ?? 0)) return false;
    this.sequences.set(key, sequence);
    if (this.sequences.size > instancesMax) this.sequences.delete(this.sequences.keys().next().value!);
    return true;
  }

  /**
   * Whether the records that were just read have what this watchdog published last. Else the API shows an old list: what the
   * others answered is perhaps not in it, and on that nothing may be decided. What is asked is published every 5 s, so no list
   * on which somebody acts is older than that (30 s when it is asked for long).
   */
  isCurrent({ reports }: PoolRecords): boolean {
    const own = reports.get(this.site)?.report;
    return !this.last || (own?.instance === this.instance && own.sequence >= this.last.report.sequence);
  }

  /** The batch that publishes this watchdog's votes; undefined while it is not due. */
  due(records: PoolRecords, health: ReadonlyMap<string, EdgeHealth>, now: number): Batch | undefined {
    if (this.standsBy) return undefined;
    const own = records.reports.get(this.site);
    const record = own?.record ?? records.unread.get(this.site);
    const said = this.votes(health);
    const votes = this.pool.edges.map(({ id }) => said.get(id)!);
    const moved = votes.join() !== this.last?.report.votes.join();
    if (moved) this.movedAt = now;
    const within = !this.isAsked(records, votes, now)
      ? inPeace
      : now - this.movedAt < longAsked
        ? whileAsked
        : whileAskedLong;
    const ours = own !== undefined && own.report.instance === this.instance;
    // What was promised is kept also when it would be longer now: else the others take this watchdog for dead meanwhile.
    const promised = Math.min(within, this.last?.report.within ?? 0);
    // A second off, since rounds do not begin to the millisecond.
    const isDue = this.last === undefined || now - this.last.at >= promised * 1000 - 1000;
    if (!moved && ours && !isDue) return undefined;
    // Higher than one whose answer was lost, which may be there, and than what a hand wrote: else the others take it for old.
    const sequence = Math.max(this.draft?.sequence ?? 0, ours ? own.report.sequence : 0) + 1;
    this.draft = { instance: this.instance, sequence, definition: this.definition, within, votes };
    const next = controlRecord(this.pool, reportText(this.site), reportComment(this.draft));
    return record
      ? { deletes: [], patches: [{ ...next, id: record.id }], posts: [] }
      : { deletes: [], patches: [], posts: [next] };
  }

  /** The batch of `due` went through at `now`. */
  published(now: number): void {
    this.last = { report: this.draft!, at: now };
    this.rival = { report: this.draft! };
  }

  /** Compares what is published with what DNS has: where they differ, the others are asked from now on. */
  compare(records: PoolRecords, now: number): void {
    this.pool.edges.forEach(({ id }, index) => {
      const vote = this.last?.report.votes[index];
      if (vote === undefined || agrees(this.pool, records, index, vote)) this.askedAt.delete(id);
      else if (!this.askedAt.has(id)) this.askedAt.set(id, now);
    });
  }

  /** The API did not answer: nobody can have been asked, so all is asked anew. */
  lostTouch(): void {
    this.askedAt.clear();
  }

  /** By edge: what is due. */
  verdicts(records: PoolRecords, now: number): Map<string, 'up' | 'down' | 'open'> {
    const heard = [...this.heard.entries()]
      .filter(([site]) => records.reports.has(site))
      .map(([, each]) => each);
    return new Map(
      this.pool.edges.map(({ id }, index) => {
        const own = this.last?.report.votes[index] ?? 'unsure';
        const askedAt = this.askedAt.get(id);
        return [id, judge({ own, askedAt, index, definition: this.definition, heard, now })];
      }),
    );
  }

  /** Whether this watchdog is the one to speak of what all of them see: the first by name of those that answer. */
  speaks(now: number): boolean {
    return [...this.heard].every(([site, heard]) => site > this.site || !isFresh(heard, now));
  }

  private isAsked(records: PoolRecords, votes: readonly Vote[], now: number): boolean {
    const all = [...this.heard.values()].filter(
      (heard) => heard.report.definition === this.definition && isFresh(heard, now),
    );
    return [votes, ...all.map(({ report }) => report.votes)].some((each) =>
      this.pool.edges.some((_, index) => !agrees(this.pool, records, index, each[index] ?? 'unsure')),
    );
  }
}

/** Whether a vote agrees with DNS: all of an edge's records are there and it is up, or none and it is down. */
function agrees(pool: Pool, { addresses }: PoolRecords, index: number, vote: Vote): boolean {
  if (vote === 'unsure') return false;
  const edge = pool.edges[index]!;
  const own = addresses.filter((record) => record.edge?.id === edge.id);
  if (vote === 'down') return own.length === 0;
  const there = new Set(own.map(({ name, content }) => `${name} ${canonicalAddress(content)}`));
  return there.size === pool.hostnames.length * edge.addresses.length;
}
