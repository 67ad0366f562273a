import type { LoadReport } from './load-report';

/** One complete answer of status 200. Instants are by `clock`. */
export interface LoadAnswer {
  target: string;
  version: string;
  /** When the request was written. */
  sentAt: number;
  /** When the answer's last byte was read. */
  answeredAt: number;
}

/** A running load. */
export interface Load {
  /** Requests begun so far; those in flight too. */
  readonly requestsSent: number;
  /** What has come of them so far. */
  report(): LoadReport;
  /**
   * Resolves when this many requests have come to an end since the start, lost ones too (else the wait for a dead
   * service would have no end). Rejects when the load is stopped before.
   */
  until(requests: number): Promise<void>;
  /** Begins no more requests, lets those in flight end, closes all connections, and resolves with the last report. */
  stop(): Promise<LoadReport>;
  /** The latest complete answers, oldest first; at most `record` of them. */
  answers(): LoadAnswer[];
  /**
   * When the first and the last request were written that this version answered (`sentAt`), for each target that
   * answered with it. After an instant T, a target shows a version no more when `last` is before T.
   */
  firstAndLast(version: string): Record<string, { first: number; last: number }>;
}
