import { poolOf, Simulation } from '../watchdog/simulation.fixture';
import type { PoolEdge } from '../watchdog/pool';
import { edgeRecords, keptFor } from './edge-records';

/** What DNS has of an edge, by addresses, as the watchdogs themselves have written it. */
function found(sim: Simulation, self: PoolEdge) {
  const { mayGo, last, changed } = edgeRecords(sim.pool, self, sim.zone.records);
  const contents = (records: typeof mayGo) => records.map(({ content }) => content);
  return { mayGo: contents(mayGo), last: contents(last), known: changed !== undefined };
}

/** Two sites whose watchdogs have done what they have to do. */
async function settled(sites: Record<string, number>): Promise<Simulation> {
  const sim = new Simulation(poolOf(sites));
  sim.startAll();
  await sim.seconds(90);
  return sim;
}

describe('edgeRecords', () => {
  it('says which of an edge’s records go: none before the first one, all beside another edge', async () => {
    const sim = new Simulation(poolOf({ home: 1, fra: 1 }));
    const [home] = sim.pool.edges;
    expect(found(sim, home!)).toEqual({ mayGo: [], last: [], known: false });
    sim.startAll();
    await sim.seconds(90);
    expect(found(sim, home!)).toEqual({ mayGo: ['203.0.113.1'], last: [], known: true });
  });

  it('and that they do go, once it says that it leaves', async () => {
    const sim = await settled({ home: 1, fra: 1 });
    const [home] = sim.pool.edges;
    sim.leaving.add(home!.id);
    await sim.seconds(20);
    expect(found(sim, home!)).toEqual({ mayGo: [], last: [], known: true });
  });

  it('calls those the last ones whose like no other edge has', async () => {
    const sim = await settled({ home: 1, fra: 1 });
    const six = { ...sim.pool.edges[0]!, addresses: ['203.0.113.1', '2001:db8::1'] };
    const pool = { ...sim.pool, edges: [six, sim.pool.edges[1]!] };
    const dual = new Simulation(pool);
    dual.startAll();
    await dual.seconds(90);
    expect(found(dual, six)).toEqual({ mayGo: ['203.0.113.1'], last: ['2001:db8::1'], known: true });
    expect(found(await settled({ home: 1 }), poolOf({ home: 1 }).edges[0]!)).toMatchObject({
      last: ['203.0.113.1'],
    });
  });

  it('calls those the last ones beside which all watchdogs find everybody down', async () => {
    const sim = await settled({ home: 1, fra: 1 });
    const [home, fra] = sim.pool.edges;
    sim.dead.add(fra!.id);
    await sim.seconds(60);
    expect(found(sim, home!)).toEqual({ mayGo: [], last: ['203.0.113.1'], known: true });
    sim.leaving.add(home!.id);
    await sim.seconds(120);
    expect(sim.zone.addresses()).toEqual(['shop.example.com 203.0.113.1']);
  });

  it('calls those the last ones beside which a whole site is dead, whose watchdog said before that all is well', async () => {
    const sim = await settled({ home: 1, fra: 1 });
    sim.killSite('fra');
    await sim.seconds(60);
    expect(found(sim, sim.pool.edges[0]!)).toEqual({ mayGo: [], last: ['203.0.113.1'], known: true });
  });

  it('does not judge an edge of the same site by that: it may just be back', async () => {
    const sim = await settled({ home: 2, fra: 1 });
    const [first, second, fra] = sim.pool.edges;
    for (const { id } of [second!, fra!]) sim.dead.add(id);
    await sim.seconds(60);
    expect(found(sim, first!).mayGo).toEqual(['203.0.113.1']);
  });

  it('takes nobody’s word who means another pool', async () => {
    const sim = await settled({ home: 1, fra: 1 });
    const [home, fra] = sim.pool.edges;
    sim.dead.add(fra!.id);
    await sim.seconds(60);
    const pool = poolOf({ home: 1, fra: 1, nyc: 1 });
    expect(edgeRecords(pool, home!, sim.zone.records)).toMatchObject({ last: [] });
  });
});

describe('others', () => {
  it('are the records of other edges of the pool', async () => {
    const sim = await settled({ home: 1, fra: 1 });
    const { others } = edgeRecords(sim.pool, sim.pool.edges[0]!, sim.zone.records);
    expect(others.map(({ content }) => content)).toEqual(['203.0.113.11']);
  });
});

describe('keptFor', () => {
  it('is the TTL where the record is not proxied, and nothing where it is', () => {
    expect(keptFor({ proxied: false, ttl: 60 })).toBe(60_000);
    expect(keptFor({ proxied: false, ttl: 1 })).toBe(300_000);
    expect(keptFor({ proxied: true, ttl: 1 })).toBe(0);
  });
});
