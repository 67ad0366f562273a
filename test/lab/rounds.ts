import type { Change } from '../../cli/change-release';
import type { LoadReport } from '../../lab/load/load-report';
import { tagSample } from '../../lab/tag-sample';
import type { TestSite } from './test-site';

/** What one round showed; whoever runs the rounds judges it. */
export interface Round {
  /** From 1. */
  round: number;
  /** What the candidate's image says that it is. */
  shown: string;
  /** The version that the release made stable, and its image. */
  stable: string;
  digest: string;
  /** What each edge answered after each command, by machine. */
  versions: Record<'prerelease' | 'switch' | 'rollback', Record<string, string>>;
  /** What the commands printed. */
  switched: Change;
  released: Change;
  /** IDs of all running tasks before the release, after it, and after the rollback. */
  tasks: [before: Record<string, string>, released: Record<string, string>, back: Record<string, string>];
  /** Digest that the label has for the slot that was released. */
  labelled?: string;
}

/**
 * Prerelease, switch, release and rollback, so many times in a row, under load over all edges. An answer is wrong when it
 * shows a version that can't be live at that time.
 *
 * @param site stands on 1.0.0.
 */
export async function runRounds(
  site: TestSite,
  rounds: number,
  onRound: (round: Round) => void,
): Promise<LoadReport> {
  // The images are fewer than the versions: what an image says of itself is not the tag that it is tested under.
  const command = 'curl -fsS --max-time 5 "$EVENKEEL_CANDIDATE_URL/alive"';
  await site.edit(({ services }) => void (services[0]!['acceptance'] = { command, timeout: '10s' }));
  let allowed = new Set(['1.0.0']);
  const load = site.load((version) => allowed.has(version));
  try {
    for (let round = 1; round <= rounds; round++) {
      const shown = round % 2 === 0 ? '1.1.0-rc.1' : '1.1.0-rc.2';
      const stable = `2.${round}.0`;
      const digest = await tagSample(site.lab, shown, `${stable}-rc.1`);
      await site.must('prerelease', 'shop', `${stable}-rc.1`);
      const beside = await site.versions();
      allowed = new Set(['1.0.0', shown]);
      const switched = await site.must('switch', 'shop');
      const after = await site.versions();
      const before = await site.taskIds();
      const released = await site.must('release', 'shop');
      const releasedTasks = await site.taskIds();
      const labelled = (await site.state())!.label!.services['shop']!.digests[released.live as 'blue'];
      await site.must('rollback', 'shop');
      const back = await site.versions();
      onRound({
        ...{ round, shown, stable, digest, switched, released, labelled },
        versions: { prerelease: beside, switch: after, rollback: back },
        tasks: [before, releasedTasks, await site.taskIds()],
      });
      allowed = new Set(['1.0.0']);
    }
  } finally {
    await load.stop();
  }
  return load.report();
}
