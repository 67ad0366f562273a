import { TestSite } from './test-site';
import { until } from './until';

describe('a release while a machine is dead', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    const { stderr, code } = await site.cli('abort', 'shop', '--yes');
    if (code !== 0 && !stderr.includes('has no candidate')) throw new Error(stderr);
  }, 300_000);

  it('the first manager goes through on the others, which say who was left out; it is right when it returns', async () => {
    const others = ['pi2', 'pi3'];
    await site.lab.stop('pi1');
    try {
      const load = site.load(
        () => true,
        site.lab.machines.filter(({ name }) => others.includes(name)),
      );
      await site.must('prerelease', 'shop', '1.1.0-rc.1', '--force');
      const { code, stdout, stderr } = await site.cli('switch', 'shop', '--yes');
      expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
      expect(stdout + stderr).toMatch(/pi1/);
      expect((await load.stop()).failures).toEqual([]);
      expect(await site.versions(others)).toEqual({ pi2: '1.1.0-rc.1', pi3: '1.1.0-rc.1' });
      const status = await site.cli('status');
      expect(status.code).toBe(1);
      expect(status.stdout).toMatch(/pi1 .*(down|reached)/i);
    } finally {
      await site.lab.start('pi1');
    }
    const seen = new Set<string>();
    await until(
      'pi1 serves the new version',
      () => site.ask('pi1').then(({ version }) => version),
      (version) => seen.add(version) && version === '1.1.0-rc.1',
      90_000,
    );
    expect([...seen]).toEqual(['1.1.0-rc.1']);
    await until(
      'the site is whole without a hand',
      () => site.cli('status'),
      ({ code }) => code === 0,
      90_000,
    );
  }, 300_000);
});
