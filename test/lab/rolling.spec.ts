import { startLoad } from '../../lab/load/start-load';
import type { LoadReport } from '../../lab/load/load-report';
import { sampleHost } from '../../lab/site-stack';
import { TestSite } from './test-site';

/** Labels of the machines that say which slot they run. */
const placed = '{{.Description.Hostname}} {{index .Spec.Labels "evenkeel.slot.shop"}}';

describe('a service that rolls', () => {
  let site: TestSite;

  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.edit(({ services }) => void (services[0]!['strategy'] = 'rolling'));
    await site.up();
  }, 300_000);

  afterAll(async () => {
    // Both slots get back to all nodes, for the specs that come next.
    await site.edit(({ services }) => void delete services[0]!['strategy']);
    for (const version of ['1.1.0-rc.2', '1.0.0']) {
      await site.editRelease(version);
      await site.up();
    }
  }, 300_000);

  /** A load on all edges while something happens; prints its figures. GETs and POSTs alike must be answered. */
  async function under(what: string, happen: () => Promise<unknown>, allowed: string[]): Promise<LoadReport> {
    const load = startLoad({
      targets: site.lab.machines.map(({ name, address }) => ({ name, origin: `http://${address}` })),
      host: sampleHost,
      keepAlive: 4,
      fresh: 2,
      rate: 300,
      allowed: (version) => allowed.includes(version),
    });
    await load.until(300);
    try {
      await happen();
      await load.until(load.requestsSent + 300);
    } finally {
      const report = await load.stop();
      const gap = Math.max(...Object.values(report.byTarget).map(({ longestGap }) => longestGap));
      process.stdout.write(
        `${what}: ${report.requests} GET, ${report.lost} lost, ${report.wrong} wrong, longest gap ${gap.toFixed(0)} ms; ` +
          `${JSON.stringify(report.versions)}\n`,
      );
      expect(report.failures).toEqual([]);
      expect(report).toMatchObject({ lost: 0, wrong: 0 });
    }
    return load.stop();
  }

  /** Which slot each machine runs, by its tasks: one each. */
  async function running(): Promise<Record<string, string[]>> {
    const found = await Promise.all(
      site.lab.machines.map(async ({ name }) => {
        const names = await site.dockerOn(name, 'ps', '--format', '{{.Names}}', '--filter', 'name=shop-');
        return [
          name,
          names
            .split('\n')
            .filter(Boolean)
            .map((each) => each.split('.')[0]!),
        ] as const;
      }),
    );
    return Object.fromEntries(found);
  }
  const everywhere = (slot: string) =>
    Object.fromEntries(site.lab.machines.map(({ name }) => [name, [`shop-${slot}`]]));

  it('prerelease: the candidate runs nowhere, which is said', async () => {
    const { code, stdout, stderr } = await site.cli('prerelease', 'shop', '1.1.0-rc.1', '--yes', '--force');
    expect(stderr + stdout).toContain('it runs nowhere yet');
    expect(code).toBe(0);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 180_000);
});
