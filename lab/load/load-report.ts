/** Whether a request went over a connection that earlier ones had used (or later ones will), or over one of its own. */
export type ConnectionKind = 'kept-alive' | 'fresh';

/** One request that was lost or wrong. */
export interface LoadFailure {
  /** When it was known to be, by `clock`. */
  time: number;
  target: string;
  connection: ConnectionKind;
  kind: 'lost' | 'wrong';
  /** The status, or what happened to the connection; for a wrong one, the version. */
  text: string;
  /** When its connection was established, by `clock`; undefined for one that never was. */
  openedAt?: number;
  /** Of the complete answer that a lost one had; undefined: it had none. */
  status?: number;
}

/** What one target did. */
export interface TargetReport {
  requests: number;
  lost: number;
  wrong: number;
  /**
   * The longest time without a good answer (one neither lost nor wrong) from this target, in ms. The time from the
   * start to the first one and from the last one to the end (or to now) count, so an outage shows while it lasts.
   */
  longestGap: number;
}

/** What came of a load's requests. All times are milliseconds; instants are by `clock`. */
export interface LoadReport {
  /** Requests that came to an end: answered or lost. Those still in flight are in `Load.requestsSent` only. */
  requests: number;
  /**
   * Requests without a complete answer of status 200: another status, connection refused, closed or reset before the
   * answer's last byte, no end within the timeout, an answer without a length (nothing shows that it was complete). The client never sends a request a second time.
   */
  lost: number;
  /** Complete answers of status 200 whose version `allowed` says no to. */
  wrong: number;
  /**
   * Kept-alive connections that had answered at least one request, were ended by the server while no request was in
   * flight, and were opened again, as every browser does. That is so when, before the next request was written, this
   * process had read `Connection: close` (or a `Keep-Alive: timeout` of 2 s or less, or one that ran out), a FIN or an
   * RST. Before it writes, the client lets its event loop poll the sockets once more, so what had reached the machine
   * by then is read. A FIN or RST that comes later, on its way when the request was written, makes the request lost.
   * Opening a connection again after a request was lost on it does not count.
   */
  reopened: number;
  /** Complete answers of status 200 by `X-Version`; `(none)` for those without it. */
  byVersion: Record<string, number>;
  byTarget: Record<string, TargetReport>;
  /**
   * All that were lost, by what happened: their text, with # for each number but a status. Of at most 50 texts; what is
   * lost by further ones counts as `something else`.
   */
  lostByText: Record<string, number>;
  /** The first 20 that were lost or wrong. */
  failures: LoadFailure[];
  /** Time from the decision to send (connecting, where needed, comes after it) to the last byte, of answers of status 200; 0 without any. */
  p50: number;
  p99: number;
  max: number;
  startedAt: number;
  /** When the load was stopped and its last request had ended; in a report of a running load, now. */
  endedAt: number;
}
