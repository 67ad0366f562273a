/**
 * How long a rollback takes, from the key press to the last edge: the process is started, and clients of all edges watch
 * for the last answer with the version that is rolled back from. On the lab: `npm run bench:rollback [ROUNDS]`.
 */
import { clock } from '../lab/load/clock';
import { labUp } from '../lab/lab';
import { TestSite } from '../test/lab/test-site';
import { machineLine, quantiles } from './report';

async function main(rounds: number): Promise<void> {
  await labUp({ machines: 3, log: console.error });
  const site = await TestSite.standing('1.0.0');
  await site.must('prerelease', 'shop', '1.1.0-rc.1', '--force');
  const times: number[] = [];
  const atEdges: number[] = [];
  let lost = 0;
  for (let round = 1; round <= rounds; round++) {
    await site.must('switch', 'shop');
    const load = site.load(() => true);
    await load.until(300);
    const pressed = clock();
    const done = await site.must<{ ms: number }>('rollback', 'shop');
    const shown = Object.values(load.firstAndLast('1.1.0-rc.1')).map(({ last }) => last - pressed);
    const report = await load.stop();
    lost += report.lost;
    times.push(Math.max(...shown));
    atEdges.push(done.ms);
    console.error(
      `round ${round}: ${Math.max(...shown).toFixed(0)} ms, of it ${done.ms.toFixed(0)} ms at the edges`,
    );
  }
  console.log(machineLine());
  console.log(
    `rollback, key press to last edge: ${quantiles(times)} (${rounds} rounds, ${lost} requests lost)`,
  );
  console.log(`of it with the edges (contact, look, flip): ${quantiles(atEdges)}`);
}

void main(Number(process.argv[2] ?? 20)).then(() => process.exit(0));
