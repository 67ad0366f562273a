import type { CheckOutcome } from './edge-health';
import type { WatchdogEvent } from './events';
import type { Pool, PoolEdge } from './pool';
import { SimulatedZone } from './simulated-zone.fixture';
import { VirtualTime } from './virtual-time.fixture';
import { Watchdog } from './watchdog';

/** For specs: two or three sites with edges and a watchdog each, a zone, and what is cut between them. */
export class Simulation {
  readonly time = new VirtualTime();
  readonly zone: SimulatedZone;
  readonly told: { by: string; event: WatchdogEvent }[] = [];
  /** Edges that are dead. */
  readonly dead = new Set<string>();
  /** What a site does not reach: `site>edge`, or `site>api`. */
  readonly cut = new Set<string>();
  /** Sites to which the API goes on showing an old list, while it takes their changes. */
  readonly stale = new Set<string>();
  /** Edges that say good-bye. */
  readonly leaving = new Set<string>();
  /** By edge. */
  readonly generations = new Map<string, number>();
  private readonly running = new Map<string, { watchdog: Watchdog; kill: () => void }>();
  private readonly random: () => number;

  constructor(
    readonly pool: Pool,
    seed = 1,
    private readonly faultRate = 0,
  ) {
    this.random = mulberry32(seed);
    this.zone = new SimulatedZone(this.time, this.random);
  }

  /** Starts the watchdog of a site, at a random moment of its round; one that runs is killed first. */
  start(site: string): void {
    this.kill(site);
    let live = true;
    const api = this.zone.apiFor(site, {
      reaches: () => live && !this.cut.has(`${site}>api`),
      isStale: () => this.stale.has(site),
      rate: this.faultRate,
    });
    const watchdog = new Watchdog(
      { pool: this.pool, site },
      {
        check: (edge, required) => this.check(site, edge, required),
        api,
        now: () => this.time.now,
        sleep: this.time.sleep,
        tell: (event) => live && this.told.push({ by: site, event }),
      },
    );
    const kill = () => {
      live = false;
      watchdog.stop();
    };
    this.running.set(site, { watchdog, kill });
    void this.time.sleep(this.random() * 5000).then(() => watchdog.run());
  }

  /** Its process ends; a call that is under way gets nowhere. */
  kill(site: string): void {
    this.running.get(site)?.kill();
    this.running.delete(site);
  }

  /** Its process is asked to end, and may finish its round. */
  end(site: string): void {
    this.running.get(site)?.watchdog.stop();
    this.running.delete(site);
  }

  startAll(): void {
    for (const site of this.sites) this.start(site);
  }

  get sites(): string[] {
    return [...new Set(this.pool.edges.map(({ site }) => site))];
  }

  /** Sites whose watchdog runs. */
  runs(site: string): boolean {
    return this.running.has(site);
  }

  /** A whole site without power: its edges and its watchdog. */
  killSite(site: string): void {
    this.kill(site);
    for (const edge of this.pool.edges) if (edge.site === site) this.dead.add(edge.id);
  }

  reviveSite(site: string): void {
    for (const edge of this.pool.edges) if (edge.site === site) this.dead.delete(edge.id);
    this.start(site);
  }

  seconds(count: number): Promise<void> {
    return this.time.pass(count * 1000);
  }

  private async check(site: string, edge: PoolEdge, required = 0): Promise<CheckOutcome> {
    if (this.dead.has(edge.id) || this.cut.has(`${site}>${edge.id}`)) {
      await this.time.sleep(2000);
      return { kind: 'failed', why: 'no answer within 2 s' };
    }
    await this.time.sleep(5 + this.random() * 100);
    if (this.leaving.has(edge.id)) return { kind: 'leaving', why: 'it is about to stop' };
    const generation = this.generations.get(edge.id) ?? 1;
    return generation < required
      ? { kind: 'failed', why: `generation ${generation}` }
      : { kind: 'well', generation };
  }
}

/** A small generator of random numbers from 0 to 1, the same ones for each seed (public domain, Tommy Ettinger). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A pool of one name over sites with so many edges each. */
export function poolOf(sites: Record<string, number>, hostnames = ['shop.example.com']): Pool {
  const edges = Object.entries(sites).flatMap(([site, count], place) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${site}/n${index + 1}`,
      site,
      node: `n${index + 1}`,
      addresses: [`203.0.113.${place * 10 + index + 1}`],
    })),
  );
  return { hostnames, edges, ttl: 60, proxied: false };
}

/** The address records of the pool of `wellRunning` whose addresses end so, as `SimulatedZone.addresses` lists them. */
export const shop = (...ends: number[]) => ends.map((end) => `shop.example.com 203.0.113.${end}`).sort();

/** Two sites, three machines and one, everything well and recorded; what was told and changed until then is forgotten. */
export async function wellRunning(seed?: number): Promise<Simulation> {
  const simulation = new Simulation(poolOf({ home: 3, fra: 1 }), seed);
  simulation.startAll();
  await simulation.seconds(60);
  expect(simulation.zone.addresses()).toEqual(shop(1, 2, 3, 11));
  simulation.told.length = 0;
  simulation.zone.changes.length = 0;
  return simulation;
}

/** What kinds of events were told, in order. */
export const kinds = ({ told }: Simulation) => told.map(({ event }) => event.kind);
