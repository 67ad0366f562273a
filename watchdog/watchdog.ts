import type { CheckOutcome } from './edge-health';
import { afterCheck, type EdgeHealth, unseen } from './edge-health';
import { ApiError, type Batch, type DnsApi } from './dns-api';
import { Bulletin } from './bulletin';
import { decide } from './decide';
import type { WatchdogEvent } from './events';
import { findBlocked, findForeignReport, lastForeignFence } from './find-blocked';
import { Newsroom } from './newsroom';
import { controlName, type Pool, type PoolEdge } from './pool';
import { type PoolRecords, poolRecords } from './pool-records';

/** What a watchdog has to do with: all of its input and output. */
export interface Surroundings {
  /** One check of an edge; never throws. `required` is the least generation, undefined for any. */
  check(edge: PoolEdge, required: number | undefined): Promise<CheckOutcome>;
  api: DnsApi;
  /** In ms since 1970. */
  now: () => number;
  /** Waits so many ms. */
  sleep: (ms: number) => Promise<void>;
  /** Tells people; never throws, and is not waited for. */
  tell(event: WatchdogEvent): void;
  /** Says that a round went through, for the heartbeat; not waited for. */
  alive?(): void;
}

/** What a watchdog is. */
export interface WatchdogOptions {
  pool: Pool;
  /** The site that it runs at. */
  site: string;
  /** By site: generations that edges must have, known from elsewhere than the API. */
  required?: Record<string, number>;
}

/** Time between the beginnings of two rounds, in ms (issue 6, part 3). */
export const roundTime = 5000;
/** Steps of one round: the fence, additions, removals. */
const stepsMax = 4;
/** How long the API is left alone after a failure, in ms: the first time, and at most. */
const firstPause = 5000;
const longestPause = 60_000;
/** How long records of others in our place are taken for granted before they are looked for again, in ms. */
const blockedFor = 10 * 60_000;
/** How long the report is not tried again after a record of somebody else was found in its place, in ms: each try takes two calls. */
const reportBlockedFor = 60_000;

/**
 * One watchdog: looks at every edge every 5 s, tells the other watchdogs, and changes the pool's address records when it has
 * to. What must outlive it is at the API; the rest it learns anew within 25 s.
 */
export class Watchdog {
  private readonly health = new Map<string, EdgeHealth>();
  /** By site: the highest generation that one of its edges ever answered. */
  private readonly seenGenerations = new Map<string, number>();
  private readonly bulletin: Bulletin;
  private readonly news: Newsroom;
  private blocked = { keys: new Set<string>(), until: 0 };
  private foreignFence = -1;
  /** Why the report could not be made, while it is not tried again. */
  private reportBlocked?: { error: ApiError; until: number };
  private pause = { until: 0, next: firstPause };
  private required = new Map<string, number>();
  private stopped = false;

  constructor(
    private readonly options: WatchdogOptions,
    private readonly world: Surroundings,
  ) {
    this.bulletin = new Bulletin(options.pool, options.site, world.now());
    this.news = new Newsroom(options.pool, world);
  }

  /** Goes on until `stop`. */
  async run(): Promise<void> {
    while (!this.stopped) {
      const began = this.world.now();
      await this.round();
      await this.world.sleep(Math.max(0, began + roundTime - this.world.now()));
    }
  }

  /** Ends `run` after the round that is going on, and tells at once what waits to be told: the process may have little time. */
  stop(): void {
    this.stopped = true;
    this.news.end();
  }

  /** One look at everything, and what follows from it. Never throws what the world does. */
  async round(): Promise<void> {
    const { now } = this.world;
    await Promise.all(this.options.pool.edges.map((edge) => this.look(edge)));
    this.news.round();
    if (now() < this.pause.until) return;
    try {
      await this.act();
      this.pause = { until: 0, next: firstPause };
      this.news.apiAnswers();
      this.world.alive?.();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.afterFailure(error);
    }
  }

  private async look(edge: PoolEdge): Promise<void> {
    const { site, id } = edge;
    const required = Math.max(
      this.options.required?.[site] ?? 0,
      this.required.get(site) ?? 0,
      this.seenGenerations.get(site) ?? 0,
    );
    const outcome = await this.world.check(edge, required === 0 ? undefined : required);
    if (outcome.kind === 'well') this.seenGenerations.set(site, Math.max(required, outcome.generation));
    this.health.set(id, afterCheck(this.health.get(id) ?? unseen, outcome, this.world.now()));
  }

  /** @throws ApiError */
  private async act(): Promise<void> {
    const { pool } = this.options;
    for (let step = 0; step < stepsMax; step++) {
      const records = await this.read();
      const isCurrent = this.bulletin.isCurrent(records);
      if (isCurrent)
        this.news.seen([...new Set(records.addresses.flatMap(({ edge }) => edge?.id ?? []))], this.health);
      if (step === 0) await this.publish(records);
      if (this.bulletin.standsBy) return;
      if (!isCurrent)
        throw new ApiError('conflict', 'it shows an old list, without the last report of this watchdog');
      const now = this.world.now();
      if (step === 0) this.bulletin.compare(records, now);
      const votes = this.bulletin.votes(this.health);
      const verdicts = this.bulletin.verdicts(records, now);
      const blocked = now < this.blocked.until ? this.blocked.keys : new Set<string>();
      const { foreignFence } = this;
      const decision = decide({ pool, records, verdicts, votes, blocked, foreignFence, now });
      if (step === 0) this.tellWhatStays(decision.kept, now);
      if (decision.kind === 'nothing') return;
      try {
        await this.world.api.change(decision.batch);
      } catch (error) {
        if (error instanceof ApiError && (error.kind === 'conflict' || error.kind === 'refused'))
          await this.lookForOthers(error);
        throw error;
      }
      if (decision.kind === 'change') this.news.changed(decision, records, this.health);
    }
  }

  private tellWhatStays(kept: readonly string[], now: number): void {
    const edges = this.options.pool.edges.map(({ id }) => id);
    const allDown = edges.every((id) => this.health.get(id)?.sure === 'down');
    this.news.kept(allDown ? edges : kept, allDown, this.health, this.bulletin.speaks(now));
  }

  private async read(): Promise<PoolRecords> {
    const records = poolRecords(this.options.pool, await this.world.api.ours());
    this.required = records.required;
    this.bulletin.hear(records, this.world.now());
    return records;
  }

  private async publish(records: PoolRecords): Promise<void> {
    const batch = this.bulletin.due(records, this.health, this.world.now());
    if (batch) {
      await this.report(batch);
      this.bulletin.published(this.world.now());
      this.news.reports(undefined);
      this.reportBlocked = undefined;
    }
  }

  /** Where the record is there and not among ours, it may have lost its mark: then people must help, and nobody else would say it. */
  private async report(batch: Batch): Promise<void> {
    const { pool, site } = this.options;
    const { api, now } = this.world;
    const isNew = batch.posts.length > 0;
    if (isNew && this.reportBlocked && now() < this.reportBlocked.until) throw this.reportBlocked.error;
    try {
      await api.change(batch);
    } catch (error) {
      if (isNew && error instanceof ApiError && error.kind === 'conflict') {
        const inTheWay = findForeignReport(pool, site, await api.named([controlName(pool)]));
        if (inTheWay) {
          this.reportBlocked = { error, until: now() + reportBlockedFor };
          this.news.reports(inTheWay);
        }
      }
      throw error;
    }
  }

  /** A change did not go through, perhaps because somebody else's record is in the way: then the rest is done without it. */
  private async lookForOthers(error: ApiError): Promise<void> {
    const { pool } = this.options;
    const records = await this.world.api.named([...pool.hostnames, controlName(pool)]);
    const keys = findBlocked(pool, records);
    this.foreignFence = Math.max(this.foreignFence, lastForeignFence(pool, records));
    this.blocked = { keys, until: this.world.now() + blockedFor };
    this.news.blocked(keys, error);
  }

  private afterFailure(error: ApiError): void {
    const now = this.world.now();
    // Another watchdog was faster, or the list was old: read again in the next round, that is all, unless it goes on for long.
    if (error.kind === 'conflict') {
      if (!this.reportBlocked) this.news.apiFails(error);
      return;
    }
    this.bulletin.lostTouch();
    const wait = Math.max(error.retryAfter ?? 0, this.pause.next);
    this.pause = { until: now + wait, next: Math.min(longestPause, this.pause.next * 2) };
    this.news.apiFails(error);
  }
}
