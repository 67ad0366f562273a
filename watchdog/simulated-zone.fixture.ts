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
  private ids = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly random: () => number,
  ) {}

  /** The API as one watchdog sees it. `reaches` may change with time. */
  apiFor(who: string, reaches: () => boolean, faultRate = 0): DnsApi {
    const budget = new CallBudget(() => this.time.now);
    this.calls.set(who, this.calls.get(who) ?? []);
    const call = async <T>(act: () => T): Promise<T> => {
      budget.spend();
      this.calls.get(who)!.push(this.time.now);
      await this.time.sleep(20 + this.random() * 180);
      if (!reaches()) {
        await this.time.sleep(4000);
        throw new ApiError('unreachable', 'no answer within 4 s');
      }
      const fault = this.random() < faultRate ? Math.floor(this.random() * 4) : -1;
      if (fault === 0) throw new ApiError('unreachable', '503');
      if (fault === 1) throw new ApiError('limited', '429', 5000 + this.random() * 20_000);
      const result = act();
      if (fault === 2) throw new ApiError('unreachable', 'the answer was lost');
      await this.time.sleep(this.random() * 50);
      return result;
    };
    const copy = (records: DnsRecord[]) => structuredClone(records);
    return {
      ours: () => call(() => copy(this.records.filter(({ comment }) => comment.startsWith('evenkeel ')))),
      named: (names) => call(() => copy(this.records.filter(({ name }) => names.includes(name)))),
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
    this.records = next;
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
