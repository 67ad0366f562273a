import { relative } from 'node:path';
import { runJest, type JestResult, type Result } from './run-jest';
import { root } from './run-program';

/** What is needed to run the unit tests. */
export interface UnitTests {
  /** Only files whose path contains this. */
  pattern?: string;
  /** Runs jest with arguments. Default: it does. */
  run?: (args: string[]) => Promise<JestResult>;
  log: (line: string) => void;
}

const runUnits = (args: string[]) => runJest('unit', args);

/** So many red files may have been short of time. More are no chance. */
const mostRed = 3;

/** Runs the unit tests. */
export async function unitTests({ pattern, run = runUnits, log }: UnitTests): Promise<JestResult> {
  const result = await run(pattern ? [`--testPathPatterns=${pattern}`, '--passWithNoTests'] : []);
  log(`unit: ${result.passed} passed, ${result.failed} failed`);
  for (const failure of result.failures) log(`  ${failure}`);
  return result;
}

/**
 * The second judgement of units that were red beside labs, once those are done: units with real HAProxies or SSH servers
 * have clients and servers in one process, and beside three labs that may have to wait for longer than what it tests takes.
 * As for the lab's files (lab-tests.ts) what is seen alone counts, and the first look stays in the output. A counterexample
 * of a property needs no second look, nor do many files at once.
 *
 * @param before what `unitTests` found.
 */
export async function judgeAlone(before: JestResult, { run = runUnits, log }: UnitTests): Promise<Result> {
  const { red } = before;
  const paths = red.map(({ path }) => relative(root, path));
  if (red.length === 0 || red.length > mostRed || red.some((file) => file.counterexample)) return before;
  log(`unit: red beside labs, run once more alone: ${paths.join(', ')}`);
  const alone = await run(['--runTestsByPath', ...paths]);
  log(`unit: ${alone.failed > 0 ? 'red again' : 'green alone'}: ${paths.join(', ')}`);
  for (const failure of alone.failures) log(`  ${failure}`);
  const count = (what: 'passed' | 'failed') => red.reduce((total, file) => total + file[what], 0);
  return {
    passed: before.passed - count('passed') + alone.passed,
    failed: Math.max(before.failed - count('failed'), 0) + alone.failed,
  };
}
