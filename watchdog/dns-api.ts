/** A record as the API has it; of the fields, those that are ours to decide. */
export interface DnsRecord {
  id: string;
  type: string;
  name: string;
  content: string;
  comment: string;
  ttl: number;
  proxied: boolean;
}

/** A record that is not there yet. */
export type NewRecord = Omit<DnsRecord, 'id'>;

/**
 * Changes that happen together or not at all: "Cloudflare will execute the batched operations in a single database
 * transaction", deletes first, then patches, then posts, and "if any of the individual action fails, no changes are applied"
 * (developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes).
 */
export interface Batch {
  /** IDs. */
  deletes: readonly string[];
  /** Records that must still be there, as they are to be. */
  patches: readonly DnsRecord[];
  posts: readonly NewRecord[];
}

/** What the watchdog needs of Cloudflare's API, for one zone. */
export interface DnsApi {
  /** All records of the zone whose comment begins with `evenkeel `. @throws ApiError */
  ours(): Promise<DnsRecord[]>;
  /** All records of these names, whosever they are. @throws ApiError */
  named(names: readonly string[]): Promise<DnsRecord[]>;
  /** @throws ApiError; after one of the kind `unreachable` the changes may have been made all the same */
  change(batch: Batch): Promise<void>;
}

/**
 * Why a call did not go through:
 * `unreachable` no usable answer (no connection, time-out, 5xx, a body that is none);
 * `limited` too many calls (429), or our own budget is used up;
 * `conflict` what the batch relies on is no longer so: a record to be deleted or patched is gone, or one to be made is there; or
 * what was read is seen to be old before a batch is made of it;
 * `refused` everything else that the API does not do: a wrong token, a wrong zone, a name with a CNAME.
 */
export type ApiErrorKind = 'unreachable' | 'limited' | 'conflict' | 'refused';

/** A call that did not go through. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly kind: ApiErrorKind,
    message: string,
    /** How long to leave the API alone, in ms, where it says so. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}
