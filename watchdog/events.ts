/** What a watchdog has to say to people: changes of state only. Times in ms since 1970. */
export type WatchdogEvent =
  | {
      /** This watchdog changed addresses at the API. */
      kind: 'changed';
      at: number;
      added: EdgeNews[];
      removed: EdgeNews[];
      /** Addresses that no edge of the definition has. */
      forgotten: string[];
      /** Edges that have records now. */
      remaining: string[];
    }
  /** Edges are down, and their records stay because there is no better one; `all` when this watchdog sees none up at all. */
  | { kind: 'kept'; at: number; all: boolean; edges: EdgeNews[] }
  /** The edges that were kept are up again, or others have taken their place. */
  | { kind: 'kept-over'; at: number; since: number }
  /** The API can't be used; everything stays as it is. */
  | { kind: 'api-down'; at: number; since: number; why: string }
  | { kind: 'api-up'; at: number; since: number }
  /** A record of somebody else is in the place of one of ours. */
  | { kind: 'blocked'; at: number; records: string[] }
  /** The record of this site's report is there without its mark, so nothing can be reported. */
  | { kind: 'report-blocked'; at: number; record: string };

/** An edge in a message. */
export interface EdgeNews {
  /** `site/node`. */
  edge: string;
  /** Since when it is as it is. */
  since: number;
  /** What its last failure was. */
  why?: string;
}
