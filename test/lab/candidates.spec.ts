import { TestSite } from './test-site';

describe('a candidate that is no good', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  /** Puts the release into the idle slot and makes it live, in one `up`, which must fail and leave the public alone. */
  async function refused(release: { version: string; digest: string }): Promise<string> {
    const load = site.load((version) => version === '1.0.0');
    await site.edit((config) => {
      const shop = config.release.services['shop']!;
      shop[site.idle] = release;
      shop.live = site.idle;
      config.release.generation += 1;
    });
    const output = await site.refusedUp();
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    // Corrected: the slot that was live stays live.
    await site.edit((config) => {
      config.release.services['shop']!.live = site.idle;
    });
    return output;
  }

  it('since it never gets healthy: up fails with the last lines of its log', async () => {
    const output = await refused(site.stack.release('1.2.0-rc.1'));
    expect(output).toMatch(/shop-(blue|green) is not healthy after/);
    expect(output).toContain('The last lines of its log:');
    expect(output).toContain('sick');
  }, 300_000);

  it('since it crashes: up fails with its log', async () => {
    const output = await refused(site.stack.release('1.2.0-rc.2'));
    expect(output).toMatch(/does not start on|is not healthy after/);
    expect(output).toContain('The last lines of its log:');
  }, 300_000);

  it('since it answers with the wrong version: the acceptance command refuses it', async () => {
    const output = await refused(site.stack.release('1.2.0-rc.3'));
    expect(output).toContain('The acceptance command of shop refuses 1.2.0-rc.3');
  }, 300_000);

  it("since its image does not exist: up fails with the registry's answer", async () => {
    const output = await refused({ version: '1.3.0-rc.1', digest: `sha256:${'0'.repeat(64)}` });
    // Our own words are there whatever Docker says: its answer must stand behind them.
    expect(output).toMatch(/does not start on \S+: .*(No such image|manifest unknown|not found)/i);
  }, 300_000);

  it('is forgotten once the config is corrected: the next up goes through', async () => {
    await site.edit((config) => {
      const shop = config.release.services['shop']!;
      shop[site.idle] = site.stack.release('1.1.0-rc.1');
      shop.live = site.idle;
      config.release.generation += 1;
    });
    await site.up();
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);
});
