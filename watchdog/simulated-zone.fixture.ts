import { CallBudget } from './call-budget';
import { recordKey } from './decide';
import { ApiError, type Batch, type DnsApi, type DnsRecord, type NewRecord } from './dns-api';
import type { VirtualTime } from './virtual-time.fixture';

/** One address that was added or removed by a batch. */
export interface AddressChange {
  at: number;
  by: string;
  did: 'added' | 'removed';
  content: string;
}

/** How far back, in ms, the changes may be that the API does not show now and then. */
const oldest = 30_000;

/** How a watchdog's API fails. */
export interface ApiFaults {
  /** Whether it answers at all; may change with time. */
  reaches: () => boolean;
  /** Whether it goes on showing the list of the moment when this became true, while it takes changes; may change with time. */
  isStale?: () => boolean;
  /** The share of calls that go wrong, each in its own way. Default: 0. */
  rate?: number;
}

/**
 * For specs: a zone at an API that does what Cloudflare's says of itself (see `Batch`), with the laws built in: a batch that
 * breaks one throws, and nothing goes on.
 */
export class SimulatedZone {
  records: DnsRecord[] = [];
  readonly changes: AddressChange[] = [];
  /** Times of all calls, by who made them. */
  readonly calls = new Map<string, number[]>();
  /** Laws that were broken; empty. */
  readonly broken: string[] = [];
  /** The records as they were before each change of the last `oldest` ms. */
  private past: { at: number; records: DnsRecord[] }[] = [];
  private ids = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly random: () => number,
  ) {}

  /** The API as one watchdog sees it. */
  apiFor(who: string, { reaches, isStale = () => false, rate = 0 }: ApiFaults): DnsApi {
    const budget = new CallBudget(() => this.time.now);
    this.calls.set(who, this.calls.get(who) ?? []);
    /** What is shown while it is stale. */
    let shown: DnsRecord[] | undefined;
    const call = async <T>(act: (old: DnsRecord[] | undefined) => T): Promise<T> => {
      budget.spend();
      this.calls.get(who)!.push(this.time.now);
      await this.time.sleep(20 + this.random() * 180);
      if (!reaches()) {
        await this.time.sleep(4000);
        throw new ApiError('unreachable', 'no answer within 4 s');
      }
      const fault = this.random() < rate ? Math.floor(this.random() * 5) : -1;
      if (fault === 0) throw new ApiError('unreachable', '503');
      if (fault === 1) throw new ApiError('limited', '429', 5000 + this.random() * 20_000);
      shown = isStale() ? (shown ?? this.records) : undefined;
      const result = act(fault === 4 ? this.asItWas() : shown);
      if (fault === 2) throw new ApiError('unreachable', 'the answer was lost');
      await this.time.sleep(this.random() * 50);
      return result;
    };
    const list = (look: (record: DnsRecord) => boolean) =>
      call((old) => structuredClone((old ?? this.records).filter(look)));
    return {
      ours: () => list(({ comment }) => comment.startsWith('evenkeel ')),
      named: (names) => list(({ name }) => names.includes(name)),
      change: (batch) => call(() => this.apply(who, batch)),
    };
  }

  /** Somebody's hand. */
  put(record: NewRecord): DnsRecord {
    const made = { ...record, id: `record-${++this.ids}` };
    this.records.push(made);
    return made;
  }

  /** Addresses of the pool, in order. */
  addresses(): string[] {
    return this.records
      .filter(({ comment }) => comment.startsWith('evenkeel pool'))
      .map(({ name, content }) => `${name} ${content}`)
      .sort();
  }

  private apply(by: string, { deletes, patches, posts }: Batch): void {
    const next = structuredClone(this.records);
    const place = (id: string) => {
      const index = next.findIndex((record) => record.id === id);
      if (index < 0) throw new ApiError('conflict', '81044: Record does not exist.');
      if (!next[index]!.comment.startsWith('evenkeel '))
        this.broken.push(`${by} touched ${next[index]!.name}`);
      return index;
    };
    for (const id of deletes) next.splice(place(id), 1);
    for (const patch of patches) next[place(patch.id)] = patch;
    for (const post of posts) {
      if (next.some((record) => record.type === post.type && recordKey(record) === recordKey(post)))
        throw new ApiError('conflict', '81058: An identical record already exists.');
      next.push({ ...post, id: `record-${++this.ids}` });
    }
    for (const { comment, content } of [...posts, ...patches])
      if (comment.length > 100) this.broken.push(`${by} wrote a comment that is too long for ${content}`);
    this.note(by, next);
    const { now } = this.time;
    this.past = [...this.past.filter(({ at }) => now - at < oldest), { at: now, records: this.records }];
    this.records = next;
  }

  /** The records before any of the last changes. */
  private asItWas(): DnsRecord[] | undefined {
    return this.past[Math.floor(this.random() * this.past.length)]?.records;
  }

  private note(by: string, next: DnsRecord[]): void {
    const pool = (records: DnsRecord[]) =>
      records.filter(({ comment }) => comment.startsWith('evenkeel pool'));
    const [before, after] = [pool(this.records), pool(next)];
    for (const record of after)
      if (!before.some(({ id }) => id === record.id))
        this.changes.push({ at: this.time.now, by, did: 'added', content: record.content });
    for (const record of before) {
      if (after.some(({ id }) => id === record.id)) continue;
      this.changes.push({ at: this.time.now, by, did: 'removed', content: record.content });
      if (!after.some(({ name, type }) => name === record.name && type === record.type))
        this.broken.push(`${by} removed the last ${record.type} record of ${record.name}`);
    }
  }
}
