/**
 * Many rounds of prerelease, switch, release and rollback under load over three edges, on the lab: how many requests are
 * lost or wrong, and how long each round takes. `npm run bench:rounds [ROUNDS]`; a hundred take about three quarters of an hour.
 */
import { clock } from '../lab/load/clock';
import { labUp } from '../lab/lab';
import { runRounds } from '../test/lab/rounds';
import { TestSite } from '../test/lab/test-site';
import { machineLine, quantiles } from './report';

async function main(rounds: number): Promise<void> {
  await labUp({ machines: 3, log: console.error });
  const site = await TestSite.standing('1.0.0');
  const times: number[] = [];
  let began = clock();
  const report = await runRounds(site, rounds, ({ round }) => {
    times.push(clock() - began);
    console.error(`round ${round}: ${((clock() - began) / 1000).toFixed(1)} s`);
    began = clock();
  });
  console.log(machineLine());
  console.log(`${rounds} rounds of prerelease, switch, release, rollback: ${quantiles(times)} a round`);
  console.log(`${report.requests} requests over three edges: ${report.lost} lost, ${report.wrong} wrong`);
}

void main(Number(process.argv[2] ?? 100)).then(() => process.exit(0));
