import type { Simulation } from '../watchdog/simulation.fixture';
import type { EdgeInDns } from './leave-dns';

/** For specs: the first edge of a simulated pool, seen through an API at which each look takes 2 s of the watchdogs' time. */
export function firstEdgeOf(sim: Simulation, but: Partial<EdgeInDns> = {}): EdgeInDns {
  return {
    pool: sim.pool,
    edge: sim.pool.edges[0]!,
    ours: async () => {
      await sim.seconds(2);
      return sim.zone.records;
    },
    now: () => sim.time.now,
    ...{ limit: 60_000, pause: 1 },
    ...but,
  };
}
