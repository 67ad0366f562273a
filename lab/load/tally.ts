import { createHistogram } from 'node:perf_hooks';
import { clock } from './clock';
import type { LoadAnswer } from './load';
import type { LoadOptions } from './load-options';
import type { ConnectionKind, LoadFailure, LoadReport, TargetReport } from './load-report';

/** How many failures a report lists. */
const listedFailures = 20;

/** How many texts of lost requests are told apart: a long load with an odd server must not fill the memory. */
const textsToldApart = 50;

/** What one version answered at one target: `sentAt` of the first and last answer, and how many. */
interface VersionSum {
  first: number;
  last: number;
  answers: number;
}

/** By target. */
type VersionSums = Map<string, VersionSum>;

/** Adds up what comes of a load's requests. Every sum is kept as it goes, so a long load takes no more memory than a short one. */
export class Tally {
  /** Requests that have come to an end. */
  requests = 0;
  /** Kept-alive connections opened again, see `LoadReport.reopened`. */
  reopened = 0;
  private readonly startedAt = clock();
  private endedAt: number | undefined;
  private readonly byVersion = new Map<string, VersionSums>();
  private readonly byTarget = new Map<string, TargetReport & { lastGood: number }>();
  private readonly lostByText = new Map<string, number>();
  private readonly failures: LoadFailure[] = [];
  /** In microseconds, to three figures. */
  private readonly latency = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
  private max = 0;
  private readonly recorded: LoadAnswer[] = [];

  constructor(private readonly options: LoadOptions) {
    for (const { name } of options.targets) {
      this.byTarget.set(name, { requests: 0, lost: 0, wrong: 0, longestGap: 0, lastGood: this.startedAt });
    }
  }

  /** Counts a request that had no complete answer of status 200. */
  lost(
    target: string,
    connection: ConnectionKind,
    text: string,
    more: Pick<LoadFailure, 'openedAt' | 'status'> = {},
  ): void {
    this.requests++;
    const sums = this.sumsOf(target);
    sums.requests++;
    sums.lost++;
    this.countText(more.status === undefined ? text.replace(/\d+/g, '#') : text);
    this.fail({ time: clock(), target, connection, kind: 'lost', text, ...more });
  }

  /** Counts a complete answer of status 200; `latency` is in ms. Passes on what `allowed` throws. */
  answered(answer: LoadAnswer, connection: ConnectionKind, latency: number): void {
    const { target, version, sentAt, answeredAt } = answer;
    const allowed = this.options.allowed?.(version, sentAt, answeredAt) ?? true;
    this.requests++;
    const sums = this.sumsOf(target);
    sums.requests++;
    if (allowed) {
      sums.longestGap = Math.max(sums.longestGap, answeredAt - sums.lastGood);
      sums.lastGood = Math.max(sums.lastGood, answeredAt);
    } else {
      sums.wrong++;
      const text = `version ${version}, sent ${(answeredAt - sentAt).toFixed(1)} ms before`;
      this.fail({ time: answeredAt, target, connection, kind: 'wrong', text });
    }
    this.latency.record(Math.max(1, Math.round(latency * 1000)));
    this.max = Math.max(this.max, latency);
    this.countVersion(version, target, sentAt);
    this.record(answer);
  }

  /** Fixes the end: reports made later say the same. */
  end(): void {
    this.endedAt ??= clock();
  }

  /** See `Load.report`. */
  report(): LoadReport {
    const endedAt = this.endedAt ?? clock();
    const targets = [...this.byTarget].map(
      ([name, { lastGood, longestGap, ...sums }]): [string, TargetReport] => [
        name,
        { ...sums, longestGap: Math.max(longestGap, endedAt - lastGood) },
      ],
    );
    const sum = (key: 'lost' | 'wrong') => targets.reduce((total, [, sums]) => total + sums[key], 0);
    const versions = [...this.byVersion].map(([version, seen]): [string, number] => [
      version,
      [...seen.values()].reduce((total, { answers }) => total + answers, 0),
    ]);
    const percentile = (share: number) =>
      this.latency.count > 0 ? this.latency.percentile(share) / 1000 : 0;
    return {
      requests: this.requests,
      lost: sum('lost'),
      wrong: sum('wrong'),
      reopened: this.reopened,
      byVersion: Object.fromEntries(versions),
      byTarget: Object.fromEntries(targets),
      lostByText: Object.fromEntries(this.lostByText),
      failures: [...this.failures],
      p50: percentile(50),
      p99: percentile(99),
      max: this.max,
      startedAt: this.startedAt,
      endedAt,
    };
  }

  /** See `Load.answers`. */
  answers(): LoadAnswer[] {
    return this.recorded.slice(Math.max(0, this.recorded.length - (this.options.record ?? 0)));
  }

  /** See `Load.firstAndLast`. */
  firstAndLast(version: string): Record<string, { first: number; last: number }> {
    const seen = [...(this.byVersion.get(version) ?? [])];
    return Object.fromEntries(seen.map(([target, { first, last }]) => [target, { first, last }]));
  }

  private sumsOf(target: string): TargetReport & { lastGood: number } {
    const sums = this.byTarget.get(target);
    if (sums === undefined) throw new Error(`'${target}' is no target of this load`);
    return sums;
  }

  private countText(text: string): void {
    const isKnown = this.lostByText.has(text) || this.lostByText.size < textsToldApart;
    const counted = isKnown ? text : 'something else';
    this.lostByText.set(counted, (this.lostByText.get(counted) ?? 0) + 1);
  }

  private fail(failure: LoadFailure): void {
    if (this.failures.length < listedFailures) this.failures.push(failure);
  }

  private countVersion(version: string, target: string, sentAt: number): void {
    const targets = this.byVersion.get(version) ?? new Map<string, VersionSum>();
    this.byVersion.set(version, targets);
    const seen = targets.get(target);
    if (seen === undefined) {
      targets.set(target, { first: sentAt, last: sentAt, answers: 1 });
    } else {
      seen.first = Math.min(seen.first, sentAt);
      seen.last = Math.max(seen.last, sentAt);
      seen.answers++;
    }
  }

  private record(answer: LoadAnswer): void {
    const room = this.options.record ?? 0;
    if (room === 0) return;
    this.recorded.push(answer);
    // Twice the room, so that the old ones are dropped once in a while and not at each answer.
    if (this.recorded.length >= 2 * room) this.recorded.splice(0, this.recorded.length - room);
  }
}
