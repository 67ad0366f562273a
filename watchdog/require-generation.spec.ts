import { requireGeneration } from './require-generation';
import { poolOf, Simulation } from './simulation.fixture';

describe('requireGeneration', () => {
  it('makes one record for each site, and lets it only grow', async () => {
    const pool = poolOf({ home: 1, fra: 1 });
    const { zone, time } = new Simulation(pool);
    const api = zone.apiFor('cli', { reaches: () => true });
    const require = async (site: string, generation: number) => {
      const done = requireGeneration(api, pool, site, generation);
      await time.pass(2000);
      return done;
    };
    expect(await require('home', 7)).toBe(7);
    expect(await require('fra', 3)).toBe(3);
    expect(await require('home', 9)).toBe(9);
    expect(await require('home', 8)).toBe(9);
    expect(zone.records.map(({ comment }) => comment).sort()).toEqual([
      'evenkeel require fra 3',
      'evenkeel require home 9',
    ]);
    expect(zone.broken).toEqual([]);
  });
});
