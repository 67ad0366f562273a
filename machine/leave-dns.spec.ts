import { poolOf, Simulation } from '../watchdog/simulation.fixture';
import { firstEdgeOf } from './edge-in-dns.fixture';
import { leaveDns, type EdgeInDns } from './leave-dns';

let said: string[];
/** What happened, in order: the announcement, and waits of so many s. */
let did: (string | number)[];
let sim: Simulation;
beforeEach(() => {
  said = [];
  did = [];
});

/** Sites with watchdogs that have done what they have to do. */
async function settled(sites: Record<string, number>, proxied = false): Promise<void> {
  sim = new Simulation({ ...poolOf(sites), proxied, ttl: proxied ? 1 : 60 });
  sim.startAll();
  await sim.seconds(90);
}

/** The first edge of the pool; the times that it waits are noted. */
function firstEdge(but: Partial<EdgeInDns> = {}): EdgeInDns {
  const sleep = (ms: number) => Promise.resolve(did.push(Math.round(ms / 1000)));
  return firstEdgeOf(sim, { sleep, ...but });
}

async function leave(dns: EdgeInDns | undefined, told = true): Promise<void> {
  const announce = () => {
    did.push('announced');
    if (told) sim.leaving.add(sim.pool.edges[0]!.id);
    return Promise.resolve(told);
  };
  await leaveDns(dns, announce, (line) => void said.push(line));
}

describe('leaveDns', () => {
  it('waits until the watchdogs have taken the records out, and their TTL after that', async () => {
    await settled({ home: 1, fra: 1 });
    const began = sim.time.now;
    await leave(firstEdge());
    expect(sim.zone.addresses()).toEqual(['shop.example.com 203.0.113.11']);
    expect(sim.time.now - began).toBeLessThan(30_000);
    expect(did).toEqual(['announced', 60]);
    expect(said).toEqual([
      'waiting: n1: DNS leads to it (203.0.113.1)',
      'n1: its records are gone from DNS',
      'n1: waiting 60 s more: resolvers keep records that are not proxied',
    ]);
  });

  it('waits no TTL where the records are proxied', async () => {
    await settled({ home: 1, fra: 1 }, true);
    await leave(firstEdge());
    expect(did).toEqual(['announced']);
    expect(said.at(-1)).toBe('n1: its records are gone from DNS');
  });

  it('waits for the rest of the TTL alone where the records are gone already', async () => {
    await settled({ home: 1, fra: 1 });
    sim.leaving.add(sim.pool.edges[0]!.id);
    await sim.seconds(30);
    await leave(firstEdge());
    expect(did).toEqual(['announced', expect.any(Number)]);
    expect(did[1]).toBeGreaterThan(30);
    expect(did[1]).toBeLessThan(60);
    await sim.seconds(60);
    did = [];
    await leave(firstEdge());
    expect(did).toEqual(['announced']);
  });

  it('does not wait in vain for the last records', async () => {
    await settled({ home: 1 });
    await leave(firstEdge());
    expect(did).toEqual(['announced']);
    expect(said).toEqual([
      'n1: its records are the last ones that DNS has (203.0.113.1), and the watchdogs keep them: that is not waited for',
    ]);
  });

  it('goes on after its limit', async () => {
    await settled({ home: 1, fra: 1 });
    for (const site of sim.sites) sim.kill(site);
    await leave(firstEdge({ limit: 50 }));
    expect(did).toEqual(['announced']);
    expect(said).toEqual([
      'waiting: n1: DNS leads to it (203.0.113.1)',
      'n1: DNS leads to it (203.0.113.1), after 0.05 s; it goes all the same',
    ]);
  });

  it('goes on where the API can’t be asked, and says so in one line', async () => {
    await settled({ home: 1, fra: 1 });
    await leave(firstEdge({ ours: () => Promise.reject(new Error('no passphrase')) }));
    expect(did).toEqual(['announced']);
    expect(said).toEqual([
      "n1: whether DNS still leads to it can't be seen, so that is not waited for: no passphrase",
    ]);
  });

  it('outlasts failures of the API in between', async () => {
    await settled({ home: 1, fra: 1 });
    let looks = 0;
    const { ours } = firstEdge();
    await leave(
      firstEdge({ ours: () => (++looks === 3 ? Promise.reject(new Error('status 500')) : ours()) }),
    );
    expect(said).toContain('waiting: status 500');
    expect(did).toEqual(['announced', 60]);
  });

  it('waits for nobody where its edge does not answer, or is in no pool', async () => {
    await settled({ home: 1, fra: 1 });
    await leave(firstEdge(), false);
    await leave(undefined);
    expect(did).toEqual(['announced', 'announced']);
    expect(said).toEqual([]);
  });
});
