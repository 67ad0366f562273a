import { shortcomings, type DrillRow } from '../../drill/drill-report';
import type { DrillSite } from '../../drill/drill-site';
import { failures } from '../../drill/failures';
import { labSite } from '../../drill/lab-site';
import { restore, type Phase } from '../../drill/phases';
import { runCell } from '../../drill/run-drill';
import { stackSite } from '../../drill/stack-site';
import { TestSite } from './test-site';

/** One phase each; `evenkeel drill` has the whole matrix. */
const short: [string, Phase['name'], number][] = [
  ['machine stopped', 'prerelease', 0.3],
  ['owner of the shared address stopped', 'switchover', 0.5],
  ['leader of the Swarm stopped', 'rollback', 0.3],
  ['machine cut off', 'idle', 0],
];

/** The same as on a user's own site, over nothing but SSH. */
const onStack: [string, Phase['name'], number][] = [
  ['task killed', 'switchover', 0.3],
  ['edge killed', 'idle', 0],
  ['dockerd killed', 'idle', 0],
];

/** Requests a second: other labs are beside this one. */
const rate = 50;

describe('what breaks during a release', () => {
  let lab: DrillSite;
  let stack: DrillSite;
  beforeAll(async () => {
    lab = await labSite((await TestSite.standing('1.0.0')).lab, rate);
    const { environment, power } = lab.ground;
    stack = stackSite(lab.config, environment, { candidate: '1.1.0-rc.2', rate }, power);
  }, 300_000);
  afterAll(() => restore(stack, '1.0.0'), 300_000);

  it.each(short)(
    '%s during %s: no request is lost, none is wrong, and all is whole again',
    (...cell) => judge(lab, ...cell),
    300_000,
  );

  it.each(onStack)(
    "%s during %s, on a user's own site: no request is lost, and all is whole again",
    (...cell) => judge(stack, ...cell),
    300_000,
  );

  async function judge(site: DrillSite, name: string, during: Phase['name'], chance: number): Promise<void> {
    const failure = failures.find((each) => each.name === name)!;
    const row = await runCell(site, failure, during, chance);
    const { requests, longestGap, whole, taken } = row;
    console.log(
      `${name}, ${during}: ${requests} requests, ${taken} taken along, longest gap ${Math.round(longestGap)} ms, whole after ${Math.round(whole ?? NaN)} ms`,
    );
    // How long a gap was is for `evenkeel drill` to judge, on a machine that does nothing else.
    const judged: DrillRow = { ...row, longestGap: 0 };
    const short = shortcomings(judged);
    expect(short.length > 0 ? [...short, ...row.notes] : []).toEqual([]);
  }
});
