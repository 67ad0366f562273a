import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program';

/**
 * Beside labs nothing of ours may take their machines' time: on Linux all containers together have the weight of one
 * process of niceness 0 (cgroup v1: /docker has 1024, as such a process has), so three busy Nodes would leave them a
 * quarter of the cores, and Swarm would call machines Down that are only slow. A process of niceness 10 weighs 110.
 */
export const besideLabs = 10;

/** How many tests, or checks, passed and failed. */
export interface Result {
  passed: number;
  failed: number;
}

/** What came of a run of jest. */
export interface JestResult extends Result {
  /** A line or more for each failed test, and for each file that could not be run: its name, and the first lines of why. */
  failures: string[];
  /** The files that are red, as paths, with what passed and failed in them. */
  red: RedFile[];
}

/** A test file that is red. */
export interface RedFile extends Result {
  path: string;
  /** Whether a property has a counterexample: another run would try other values, so its green would say nothing. */
  counterexample: boolean;
}

/** How fast-check's report of a counterexample begins (its `defaultReportMessage`). */
const counterexample = /Property failed after \d+ tests/;

/** So many lines of a failure say what it is; all of them stand in jest's own output. */
const fewLines = 8;

/** What jest writes with `--json`, as far as it is read here. */
interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/**
 * Runs jest with its report on our standard error.
 *
 * @param project which of the projects of jest.config.js
 * @param args more arguments, as a pattern
 * @param options of `runProgram`
 */
export async function runJest(
  project: 'unit' | 'lab',
  args: readonly string[],
  options: { variables?: Record<string, string>; niceness?: number } = {},
): Promise<JestResult> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-test-'));
  const file = join(directory, 'result.json');
  try {
    const own = [`--selectProjects=${project}`, '--json', `--outputFile=${file}`, '--testLocationInResults'];
    // A failed test may leave a server, a load or a session open, which must not keep CI from its end.
    own.push('--silent=false', '--forceExit');
    // jest writes its JSON to standard output as well.
    await runProgram('jest', [...own, ...args], { ...options, quietOutput: true });
    return resultOf(JSON.parse(await readFile(file, 'utf8')) as JestReport);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function resultOf(report: JestReport): JestResult {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const failures = report.testResults.flatMap(({ status, message, assertionResults }) => {
    const tests = assertionResults.filter((each) => each.status === 'failed');
    if (tests.length > 0)
      return tests.map(({ fullName, failureMessages }) => [
        fullName,
        ...firstLines(failureMessages.join('\n')),
      ]);
    return status === 'failed' ? [firstLines(message)] : [];
  });
  return {
    passed: report.numPassedTests,
    failed: report.success ? failed : Math.max(failed, 1),
    failures: failures.map((lines) => lines.join('\n    ')),
    red: report.testResults.filter(({ status }) => status === 'failed').map(redFile),
  };
}

function redFile({ name, message, assertionResults }: JestReport['testResults'][number]): RedFile {
  const count = (wanted: string) => assertionResults.filter(({ status }) => status === wanted).length;
  return {
    path: name,
    passed: count('passed'),
    failed: Math.max(count('failed'), 1), // at least the file itself
    counterexample: counterexample.test(message),
  };
}

function firstLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, fewLines);
}
