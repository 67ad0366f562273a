import { watchdogProgram } from './watchdog-program';

/** What Docker takes as a config, in bytes (docs.docker.com/engine/swarm/configs: 500 kB). */
const configMax = 500_000;

describe('watchdogProgram', () => {
  it('fits into a Docker config, is the same each time, and names no folder of this machine', async () => {
    const [one, two] = await Promise.all([watchdogProgram(), watchdogProgram()]);
    expect(two).toBe(one);
    expect(Buffer.byteLength(one)).toBeLessThan(configMax);
    expect(one).not.toContain(__dirname);
  });
});
