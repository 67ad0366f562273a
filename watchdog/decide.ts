import { isIPv4 } from 'node:net';
import { canonicalAddress } from '../config/shared-address';
import { hasWaited, levelsAt, memoryAfter } from './back-off';
import { addressComment, fenceComment, type FenceMemory } from './comments';
import type { Batch, DnsRecord, NewRecord } from './dns-api';
import type { Vote } from './edge-health';
import { definitionOf, type Pool } from './pool';
import { type AddressRecord, controlRecord, fenceText, type PoolRecords } from './pool-records';

/** All that a decision depends on. */
export interface Situation {
  pool: Pool;
  /** What stands at the API, as it was just read. */
  records: PoolRecords;
  /** By edge: what is due, see `judge`. */
  verdicts: ReadonlyMap<string, 'up' | 'down' | 'open'>;
  /** By edge: this watchdog's own vote. */
  votes: ReadonlyMap<string, Vote>;
  /** `recordKey`s of what somebody else has there, or that can't be there beside it. */
  blocked: ReadonlySet<string>;
  /** The highest number of a fence that is somebody else's record (now), -1 for none. */
  foreignFence: number;
  /** In ms since 1970. */
  now: number;
}

/** What to do now. One step at a time: the next decision is made on what then stands at the API. */
export type Decision =
  | { kind: 'nothing'; kept: string[] }
  /** Make the first fence, which the next change needs. */
  | { kind: 'fence'; batch: Batch; kept: string[] }
  | {
      kind: 'change';
      batch: Batch;
      /** Edges that get records. */
      added: string[];
      /** Edges that lose theirs. */
      removed: string[];
      /** Addresses that no edge of the definition has, and that go. */
      forgotten: string[];
      /** Edges that are down and keep their records, since a name has no better one. */
      kept: string[];
    };

/** The plan with the fewest records per batch takes 200 operations; half of it leaves room for what goes along. */
const operationsMax = 100;

/** Names a record, whether it is there or not. */
export function recordKey({ name, content }: Pick<DnsRecord, 'name' | 'content'>): string {
  return `${name} ${canonicalAddress(content)}`;
}

/**
 * The one step that is due. Pure.
 *
 * - Additions come first, in a batch of their own: they are there before anything goes.
 * - A record goes only when its name keeps another one of its type (A or AAAA) whose edge this watchdog sees up itself. That
 *   one is part of the batch, so nothing goes should somebody have deleted it meanwhile.
 * - Each batch deletes the fence that it was decided on and makes the next one: of two that were decided at the same time the
 *   second one fails as a whole (see `Batch`).
 */
export function decide(situation: Situation): Decision {
  const { pool, records, foreignFence, now } = situation;
  const due = additions(situation);
  const { groups, kept, removed, forgotten } = removals(situation);
  const gone = groups.flatMap(({ goes }) => goes).slice(0, operationsMax);
  const tuned = due.posts.length + gone.length > 0 ? [] : outOfTune(situation).slice(0, operationsMax);
  if (due.posts.length + gone.length + tuned.length === 0) return { kind: 'nothing', kept };
  if (records.fences.length === 0)
    return {
      kind: 'fence',
      kept,
      batch: { deletes: [], patches: [], posts: [fenceOf(pool, foreignFence + 1, emptyMemory(pool))] },
    };
  const adds = due.posts.length > 0;
  const memory = memoryAfter(pool, latestMemory(records), new Set(adds ? [] : removed), now);
  const number = Math.max(foreignFence, ...records.fences.map((fence) => fence.number)) + 1;
  const fences = records.fences.map(({ id }) => id);
  const fence = fenceOf(pool, number, memory);
  if (adds) {
    const posts = due.posts.slice(0, operationsMax);
    const batch = { deletes: fences, patches: [], posts: [...posts, fence] };
    return { kind: 'change', batch, added: due.edges, removed: [], forgotten: [], kept };
  }
  const keepers = groups.map(({ keeper }) => keeper);
  const batch = {
    deletes: [...gone.map(({ id }) => id), ...fences],
    patches: [
      ...new Map([...keepers, ...tuned].map((record) => [record.id, asWanted(pool, record)])).values(),
    ],
    posts: [fence],
  };
  return { kind: 'change', batch, added: [], removed, forgotten, kept };
}

/** The records that edges lack which are up and have waited long enough; where no edge with records is up, nobody waits. */
function additions({ pool, records, verdicts, votes, blocked, now }: Situation) {
  const there = new Set(records.addresses.map(recordKey));
  const memory = latestMemory(records);
  const levels = levelsAt(pool, memory, now);
  const inNeed = !records.addresses.some(({ edge }) => edge && votes.get(edge.id) === 'up');
  const edges: string[] = [];
  const posts: NewRecord[] = [];
  pool.edges.forEach((edge, index) => {
    if (verdicts.get(edge.id) !== 'up') return;
    if (!inNeed && !hasWaited(levels[index]!, memory?.changed, now)) return;
    const missing = pool.hostnames
      .flatMap((name) => edge.addresses.map((content) => ({ name, content })))
      .filter((record) => !there.has(recordKey(record)) && !blocked.has(recordKey(record)));
    if (missing.length > 0) edges.push(edge.id);
    for (const { name, content } of missing) {
      const type = isIPv4(content) ? 'A' : 'AAAA';
      const comment = addressComment(edge.id);
      posts.push({ type, name, content, comment, ttl: pool.ttl, proxied: pool.proxied });
    }
  });
  return { edges, posts };
}

/** What goes, by name and type, each with a record that stays. */
function removals({ pool, records, verdicts, votes }: Situation) {
  const tidy = sameEverywhere(pool, records);
  const mayGo = ({ edge }: AddressRecord) => (edge ? verdicts.get(edge.id) === 'down' : tidy);
  const groups: { goes: AddressRecord[]; keeper: AddressRecord }[] = [];
  const kept = new Set<string>();
  for (const key of new Set(records.addresses.map(kindOf))) {
    const group = records.addresses.filter((record) => kindOf(record) === key);
    const goes = group.filter(mayGo);
    const keeper = group.find(
      (record) => !goes.includes(record) && record.edge && votes.get(record.edge.id) === 'up',
    );
    if (goes.length === 0) continue;
    if (keeper) groups.push({ goes, keeper });
    else goes.forEach(({ edge }) => edge && kept.add(edge.id));
  }
  const gone = groups.flatMap(({ goes }) => goes);
  const removed = [...new Set(gone.flatMap(({ edge }) => (edge ? [edge.id] : [])))];
  const forgotten = [...new Set(gone.flatMap(({ edge, content }) => (edge ? [] : [content])))];
  return { groups, removed, forgotten, kept: [...kept].filter((edge) => !removed.includes(edge)) };
}

const kindOf = ({ name, type }: AddressRecord) => `${name} ${type}`;

/** Whether every site of the pool that ever said something means the same pool: else an address may be new, and not old. */
function sameEverywhere(pool: Pool, records: PoolRecords): boolean {
  const definition = definitionOf(pool);
  return pool.edges.every(({ site }) => {
    const said = records.reports.get(site);
    return said === undefined || said.report.definition === definition;
  });
}

/** Our records whose settings somebody changed. */
function outOfTune({ pool, records }: Situation): AddressRecord[] {
  return records.addresses.filter(
    ({ edge, ttl, proxied }) =>
      // Cloudflare gives every proxied record the automatic TTL.
      edge && (proxied !== pool.proxied || (!pool.proxied && ttl !== pool.ttl)),
  );
}

function asWanted(pool: Pool, { id, type, name, content, comment }: AddressRecord): DnsRecord {
  return { id, type, name, content, comment, ttl: pool.ttl, proxied: pool.proxied };
}

function latestMemory({ fences }: PoolRecords): FenceMemory | undefined {
  return fences.reduce<FenceMemory | undefined>(
    (latest, { memory }) => (memory && memory.changed >= (latest?.changed ?? 0) ? memory : latest),
    undefined,
  );
}

function emptyMemory(pool: Pool): FenceMemory {
  // No time in it: two first fences made at once must be identical, so that the API refuses the second one.
  return { definition: definitionOf(pool), changed: 0, levels: pool.edges.map(() => 0) };
}

function fenceOf(pool: Pool, number: number, memory: FenceMemory): NewRecord {
  return controlRecord(pool, fenceText(number), fenceComment(memory));
}
