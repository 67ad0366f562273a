import type { EdgeHealth } from './edge-health';
import type { WatchdogEvent } from './events';
import { Newsroom } from './newsroom';
import type { Pool } from './pool';
import type { PoolRecords } from './pool-records';

const ids = ['home/pi1', 'home/pi2', 'home/pi3', 'fra/n1'];
const pool = { edges: ids.map((id) => ({ id, site: id.split('/')[0] })) } as Pool;
const health = new Map<string, EdgeHealth>();

describe('Newsroom', () => {
  let now: number;
  let told: WatchdogEvent[];
  let news: Newsroom;
  /** Edges that have records. */
  let there: string[];

  beforeEach(() => {
    now = 1_000_000;
    told = [];
    there = ['fra/n1'];
    news = new Newsroom(pool, { now: () => now, tell: (event) => void told.push(event) });
  });

  function change(what: { added?: string[]; removed?: string[] }): void {
    const { added = [], removed = [] } = what;
    const addresses = there.map((id) => ({ id: `record of ${id}`, edge: { id } }));
    news.changed(
      {
        kind: 'change',
        batch: { deletes: removed.map((id) => `record of ${id}`), patches: [], posts: [] },
        added,
        removed,
        forgotten: [],
        kept: [],
      },
      { addresses } as unknown as PoolRecords,
      health,
    );
    there = [...there.filter((id) => !removed.includes(id)), ...added];
  }

  /** What was told, in short. */
  const said = () =>
    told.map((event) =>
      event.kind === 'changed'
        ? [
            ...event.added.map(({ edge }) => `+${edge}`),
            ...event.removed.map(({ edge }) => `-${edge}`),
            `of ${event.remaining.length}`,
          ].join(' ')
        : event.kind,
    );

  it('tells once that a site is up whose edges come one after the other', () => {
    change({ added: ['home/pi3'] });
    now += 5000;
    news.round();
    expect(said()).toEqual([]);
    change({ added: ['home/pi1', 'home/pi2'] });
    expect(said()).toEqual(['+home/pi3 +home/pi1 +home/pi2 of 4']);
    now += 60_000;
    news.round();
    expect(told).toHaveLength(1);
  });

  it('tells at once of a site that is whole again', () => {
    there = ['home/pi1', 'home/pi2', 'home/pi3'];
    change({ added: ['fra/n1'] });
    expect(said()).toEqual(['+fra/n1 of 4']);
  });

  it('waits 30 s for an edge that stays away, and tells of it when it comes', () => {
    change({ added: ['home/pi1', 'home/pi2'] });
    now += 29_999;
    news.round();
    expect(said()).toEqual([]);
    now += 1;
    news.round();
    expect(said()).toEqual(['+home/pi1 +home/pi2 of 3']);
    change({ added: ['home/pi3'] });
    expect(said()).toEqual(['+home/pi1 +home/pi2 of 3', '+home/pi3 of 4']);
  });

  it('waits 30 s from the first one, however many come', () => {
    change({ added: ['home/pi1'] });
    now += 20_000;
    change({ added: ['home/pi2'] });
    now += 10_000;
    news.round();
    expect(said()).toEqual(['+home/pi1 +home/pi2 of 3']);
  });

  /** Another watchdog has changed what DNS leads to, and this one looks. */
  function elsewhere(...edges: string[]): void {
    there = edges;
    news.seen(there, health);
  }

  it('tells of a site once that two watchdogs let in, when it was the first: of the edges of the other, too', () => {
    news.seen(there, health);
    change({ added: ['home/pi2', 'home/pi3'] });
    now += 5000;
    elsewhere(...there, 'home/pi1');
    expect(said()).toEqual(['+home/pi2 +home/pi3 +home/pi1 of 4']);
  });

  it('says nothing of a site that another watchdog lets in, when it was not the first', () => {
    news.seen(there, health);
    elsewhere('fra/n1', 'home/pi2', 'home/pi3');
    now += 5000;
    change({ added: ['home/pi1'] });
    now += 60_000;
    news.round();
    expect(said()).toEqual([]);
  });

  it('tells of an edge that comes long after the others, or after it was down', () => {
    news.seen(there, health);
    elsewhere('fra/n1', 'home/pi2', 'home/pi3');
    now += 30_000;
    change({ added: ['home/pi1'] });
    expect(said()).toEqual(['+home/pi1 of 4']);
    change({ removed: ['home/pi1'] });
    now += 5000;
    change({ added: ['home/pi1'] });
    expect(said().slice(1)).toEqual(['-home/pi1 of 3', '+home/pi1 of 4']);
  });

  it('takes what DNS has at its first look for no news', () => {
    elsewhere('fra/n1', 'home/pi2', 'home/pi3');
    change({ added: ['home/pi1'] });
    expect(said()).toEqual(['+home/pi1 of 4']);
  });

  it('tells at once who is down, and before that who came up', () => {
    change({ added: ['home/pi1'] });
    change({ removed: ['fra/n1'] });
    expect(said()).toEqual(['+home/pi1 of 2', '-fra/n1 of 1']);
  });

  it('keeps nothing back at its end, nor after it', () => {
    change({ added: ['home/pi1'] });
    news.end();
    news.end();
    expect(said()).toEqual(['+home/pi1 of 2']);
    change({ added: ['home/pi2'] });
    expect(said()).toEqual(['+home/pi1 of 2', '+home/pi2 of 3']);
  });
});
