import { setTimeout as sleep } from 'node:timers/promises';
import type { AutoCanary } from '../../cli/canary';
import { TestSite } from './test-site';

/** Long enough for the requests of the candidate that a judgement at 10 % needs, after the warm-up, at the load of this test. */
const bake = '18s';

describe('a canary', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  /** Requests from clients that each keep their canary cookie, as browsers do: one of each bucket. */
  async function answersByBucket(): Promise<Record<string, string>[]> {
    return Promise.all(
      site.lab.machines.map(async ({ name }) =>
        Object.fromEntries(
          await Promise.all(
            Array.from({ length: 100 }, async (_, bucket) => {
              const headers = { cookie: `evenkeel-canary=${bucket}` };
              return [bucket, (await site.ask(name, '/', undefined, headers)).version] as const;
            }),
          ),
        ),
      ),
    );
  }

  it('gives the share to the same clients at every edge, and they keep their side as it grows', async () => {
    await site.must('prerelease', 'shop', '1.1.0-rc.1');
    const first = await site.must('canary', 'shop', '5');
    expect(first).toMatchObject({ canary: 5, applied: true });
    const five = await answersByBucket();
    expect(five).toEqual(site.lab.machines.map(() => five[0]));
    const onCandidate = (answers: Record<string, string>) =>
      Object.keys(answers).filter((bucket) => answers[bucket] === '1.1.0-rc.1');
    expect(onCandidate(five[0]!)).toHaveLength(5);
    await site.must('canary', 'shop', '25');
    const more = await answersByBucket();
    expect(onCandidate(more[0]!)).toHaveLength(25);
    expect(onCandidate(more[0]!)).toEqual(expect.arrayContaining(onCandidate(five[0]!)));
    const refused = await site.cli('prerelease', 'shop', '1.1.0-rc.2', '--yes');
    expect(refused.stderr).toContain("25 % of shop's clients are on the candidate 1.1.0-rc.1");
    expect(refused.code).toBe(3);
    await site.must('abort', 'shop');
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);

  it('of a candidate that fails 5 % of its requests is taken back on its own, with exit code and reason', async () => {
    await site.must('prerelease', 'shop', '1.3.0-rc.1');
    const load = site.browsers();
    const { code, stdout, stderr } = await site.cli(
      ...['canary', 'shop', '--auto', '10,50,100', '--bake', bake, '--yes', '--json'],
    );
    await load.stop();
    const { shares, canary } = JSON.parse(stdout) as AutoCanary;
    expect(stderr).toMatch(/candidate [\d,]+ of [\d,]+ requests failed/);
    expect(shares.at(-1)).toMatchObject({ verdict: 'worse' });
    expect(canary).toBe(0);
    expect(code).toBe(4);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);

  it('of a good candidate goes to 100 % and makes it live; nothing is lost on the way', async () => {
    await site.must('abort', 'shop');
    await site.must('prerelease', 'shop', '1.1.0-rc.1');
    const load = site.browsers();
    const { code, stdout, stderr } = await site.cli(
      ...['canary', 'shop', '--auto', '25,100', '--bake', bake, '--yes', '--json'],
    );
    await sleep(500);
    const report = await load.stop();
    expect(stderr).toContain('100 %: better');
    expect(code).toBe(0);
    const { shares, live } = JSON.parse(stdout) as AutoCanary;
    expect(shares.map(({ share, verdict }) => [share, verdict])).toEqual([
      [25, 'better'],
      [100, 'better'],
    ]);
    expect(live).toBe(site.live);
    expect(report.failures).toEqual([]);
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);
});
