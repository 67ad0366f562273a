import { runRounds } from './rounds';
import { TestSite } from './test-site';

/** Rounds of prerelease, switch, release and rollback; a hundred are run by bench/rounds.ts. */
const rounds = 20;

describe('prerelease, switch, release, rollback', () => {
  it(`${rounds} times in a row under load over three edges: none lost, none wrong`, async () => {
    const site = await TestSite.standing('1.0.0');
    const report = await runRounds(site, rounds, ({ shown, stable, digest, versions, tasks, ...round }) => {
      expect(versions).toEqual({
        prerelease: site.everywhere('1.0.0'),
        switch: site.everywhere(shown),
        rollback: site.everywhere('1.0.0'),
      });
      const { switched, released, labelled } = round;
      expect(switched).toMatchObject({ applied: true, [switched.live]: `${stable}-rc.1` });
      // Stable is what was tested: the same image, in the same slot, with no task restarted.
      expect(released).toMatchObject({ live: switched.live, generation: switched.generation });
      expect(released).toMatchObject({ [released.live]: stable });
      expect(labelled).toBe(digest);
      expect(tasks).toEqual([tasks[0], tasks[0], tasks[0]]);
    });
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ lost: 0, wrong: 0 });
    expect(report.requests).toBeGreaterThan(rounds * 200);
  }, 1_500_000);
});
