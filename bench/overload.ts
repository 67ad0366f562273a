/**
 * One edge under five times the load that its service can bear, for 30 s: what it still gets done, and how soon it is well
 * again. On the lab: `npm run bench:overload [SECONDS]`. Each request takes the sample 100 ms, and a server may have 8 at a
 * time, so three servers do 240 a second.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { labUp } from '../lab/lab';
import type { LoadOptions } from '../lab/load/load-options';
import type { LoadReport } from '../lab/load/load-report';
import { startLoad } from '../lab/load/start-load';
import { sampleHost } from '../lab/site-stack';
import { TestSite } from '../test/lab/test-site';
import { machineLine } from './report';

const atOnce = 8;
const capacity = (3 * atOnce) / 0.1;

async function main(seconds: number): Promise<void> {
  await labUp({ machines: 3, log: console.error });
  const site = await TestSite.standing('1.0.0');
  await site.edit(({ services }) => {
    services[0]!['limits'] = { maxConnections: atOnce };
  });
  await site.up();
  const container = await site.edgeContainer('pi1');
  const load = (options: Partial<LoadOptions>) =>
    startLoad({
      targets: [{ name: 'pi1', origin: `http://${site.address('pi1')}` }],
      host: sampleHost,
      path: '/slow?ms=100',
      keepAlive: 3 * atOnce,
      fresh: 0,
      ...options,
    });
  const run = async (ms: number, options: Partial<LoadOptions> = {}): Promise<LoadReport> => {
    const running = load(options);
    await sleep(ms);
    return running.stop();
  };
  const before = goodput(await run(5000));
  const report = await run(seconds * 1000, { keepAlive: 1500, rate: 5 * capacity });
  const during = goodput(report);
  const { lost, failures, startedAt } = await run(5000, { path: '/', keepAlive: 4, fresh: 1, rate: 100 });
  const last = Math.max(0, ...failures.map(({ time }) => time - startedAt));

  console.log(machineLine());
  console.log(
    `capacity by config ${capacity}/s, by measurement ${before.toFixed(0)}/s; at five times as many: ${during.toFixed(0)}/s answered ` +
      `(${((100 * during) / before).toFixed(0)} %), slowest ${report.max.toFixed(0)} ms, ${report.lost} turned away ` +
      `(${Object.keys(report.lostByText).join(', ') || 'none'})`,
  );
  console.log(`afterwards: ${lost} lost, the last one ${last.toFixed(0)} ms after the end`);
  console.log(
    `the edge is ${(await site.edgeContainer('pi1')) === container ? 'the same' : 'another one'} as before`,
  );
}

/** Good answers a second. */
function goodput({ requests, lost, wrong, startedAt, endedAt }: LoadReport): number {
  return ((requests - lost - wrong) * 1000) / (endedAt - startedAt);
}

void main(Number(process.argv[2] ?? 30)).then(() => process.exit(0));
