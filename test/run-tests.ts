import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { labDown, labUp, readLab } from '../lab/lab';
import { ensureGo } from '../lab/ensure-go';
import { installPackages } from '../lab/install-packages';
import { cacheDirectory } from '../lab/cache-directory';
import { thisLab } from '../lab/lab-directory';
import { startGuard, type Guard } from './guard';

/** The parts of the suite. `checks` are types, lint and format; `lab` needs the machines, the others nothing. */
export const testParts = ['checks', 'unit', 'sample', 'lab'] as const;
export type TestPart = (typeof testParts)[number];

/** What to run. */
export interface TestRun {
  /** One part only. */
  only?: TestPart;
  /** Only test files whose path contains this. */
  pattern?: string;
  /** Leave the lab up at the end, if it was not up before. */
  keepLab?: boolean;
  log: (line: string) => void;
}

interface Result {
  passed: number;
  failed: number;
}

/** What came of a run of jest. */
interface JestResult extends Result {
  /** The files that have a failed test, or that could not be run; and how many of their tests passed. */
  red: { file: string; passed: number }[];
}

/** More red files than this are no matter of a busy machine. */
const fewFiles = 4;

/** When the suite has run this long, in ms, nothing is run again: CI's limit is 90 minutes. */
const longRun = 65 * 60_000;

/** Cleans up after this process, should it be killed. */
let guard: Guard | undefined;

const root = join(__dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

/**
 * Runs the suite and prints one line with the sum at the end. What needs no lab runs while the lab comes up. A lab that
 * was not up before is taken away again, also when this process is killed (a process of its own waits for that).
 *
 * @returns whether all passed.
 */
export async function runTests({ only, pattern, keepLab, log }: TestRun): Promise<boolean> {
  const wants = (part: TestPart) => only === undefined || only === part;
  const began = performance.now();
  const hadLab = (await readLab()) !== undefined;
  // Most of the time the lab's tests wait for Swarm's own times, so labs side by side take little more than one.
  // Three were tried: two cores were at their end, and Swarm called machines Down that were only slow.
  const labs = wants('lab') ? (pattern ? [thisLab()] : [thisLab(), `${thisLab()}-second`]) : [];
  const takeAway = hadLab || keepLab ? labs.slice(1) : labs;
  // waves.spec.ts and mesh.spec.ts bring up one more each, and take it away unless they are killed.
  const guarded = takeAway.flatMap((name) => [`${name}-vps`, `${name}-mesh`, name]);
  guard = takeAway.length > 0 ? startGuard(guarded) : undefined;
  try {
    if (wants('unit')) await ensureHaproxy(log);
    const lab = bringUp(labs, log);
    lab.catch(() => undefined); // awaited below, after the parts that run meanwhile
    // jest takes one core of two for itself.
    const results: Result[] = await Promise.all([
      ...(wants('unit') ? [jest('unit', pattern, log)] : []),
      withoutLab(wants, pattern, log),
    ]);
    await lab;
    const ofLabs = await Promise.all(labs.map((name, index) => labTests(name, index, labs.length)));
    results.push(...(await judgeAlone(ofLabs)));
    const { passed, failed } = sumOf(results);
    log(`\n${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
  } finally {
    for (const name of takeAway) await labDown({ log, name });
    guard?.dismiss();
    guard = undefined;
  }

  function labTests(name: string, index: number, count: number): Promise<JestResult> {
    const more = count > 1 ? [`--shard=${index + 1}/${count}`] : [];
    return jest('lab', pattern, log, more, { EVENKEEL_LAB: name });
  }

  /**
   * Two labs side by side take two cores to their limit, and Swarm, keepalived and clients have limits of time. So a file
   * that is red beside the other lab is run once more with the machine to itself, and that counts; what was seen before
   * stays in the output, and is said at the end. A fault of ours is red again.
   */
  async function judgeAlone(ofLabs: JestResult[]): Promise<Result[]> {
    const red = ofLabs.flatMap((each) => each.red);
    const tooLate = performance.now() - began > longRun;
    if (labs.length < 2 || red.length === 0 || red.length > fewFiles || tooLate) return ofLabs;
    const names = red.map(({ file }) => basename(file)).join(', ');
    log(`red beside the other lab, run once more alone: ${names}`);
    const files = ['--runTestsByPath', ...red.map(({ file }) => file)];
    const alone = await jest('lab', undefined, log, files, { EVENKEEL_LAB: labs[0]! });
    log(`${alone.failed === 0 ? 'green alone, red beside the other lab' : 'red again'}: ${names}`);
    const others = ofLabs.map((each) => ({
      passed: each.passed - each.red.reduce((total, { passed }) => total + passed, 0),
      // A run that failed without a red file was not judged again.
      failed: each.red.length > 0 ? 0 : each.failed,
    }));
    return [...others, alone];
  }
}

/** The units of haproxy.cfg ask a real HAProxy. Before the lab comes up, which may install packages too. */
async function ensureHaproxy(log: (line: string) => void): Promise<void> {
  await installPackages({ haproxy: 'haproxy' }, log).catch((error: unknown) =>
    log(
      `units that need a real HAProxy are skipped: ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
}

/** One after the other: the first one makes what both use. */
async function bringUp(labs: readonly string[], log: (line: string) => void): Promise<void> {
  for (const name of labs) await labUp({ machines: 3, log, name });
}

/** What needs neither the lab nor jest, one after the other. */
async function withoutLab(
  wants: (part: TestPart) => boolean,
  pattern: string | undefined,
  log: (line: string) => void,
): Promise<Result> {
  const ran: Result[] = [];
  if (wants('checks')) ran.push(await checks(log));
  if (wants('sample') && !pattern) ran.push(await sample(log));
  return sumOf(ran);
}

function sumOf(results: readonly Result[]): Result {
  return {
    passed: results.reduce((total, { passed }) => total + passed, 0),
    failed: results.reduce((total, { failed }) => total + failed, 0),
  };
}

async function checks(log: (line: string) => void): Promise<Result> {
  const commands: [string, string[]][] = [
    ['tsc', ['--noEmit']],
    ['eslint', ['.', '--cache', '--cache-location', join(cacheDirectory(), 'eslint', '')]],
    ['prettier', ['--check', '--log-level', 'warn', '.']],
  ];
  let failed = 0;
  for (const [name, args] of commands) {
    const began = performance.now();
    const code = await run(bin(name), args);
    log(`${name}: ${code === 0 ? 'clean' : 'FAILED'} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (code !== 0) failed++;
  }
  return { passed: commands.length - failed, failed };
}

async function jest(
  project: 'unit' | 'lab',
  pattern: string | undefined,
  log: (line: string) => void,
  more: readonly string[] = [],
  variables: Record<string, string> = {},
): Promise<JestResult> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-test-'));
  const file = join(directory, 'result.json');
  try {
    const args = [
      `--selectProjects=${project}`,
      '--json',
      `--outputFile=${file}`,
      '--testLocationInResults',
      '--silent=false',
      ...more,
    ];
    // A failed test may leave a server, a load or a session open, which must not keep CI from its end.
    args.push('--forceExit');
    if (project === 'lab') args.push('--runInBand', '--verbose');
    if (pattern) args.push(`--testPathPatterns=${pattern}`, '--passWithNoTests');
    await run(bin('jest'), args, { quietOutput: true, variables });
    const result = JSON.parse(await readFile(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numRuntimeErrorTestSuites: number;
      success: boolean;
      testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
    };
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    log(`${project}: ${result.numPassedTests} passed, ${failed} failed`);
    return {
      passed: result.numPassedTests,
      failed: result.success ? failed : Math.max(failed, 1),
      red: result.testResults
        .filter(({ status }) => status === 'failed')
        .map(({ name, assertionResults }) => ({
          file: name,
          passed: assertionResults.filter(({ status }) => status === 'passed').length,
        })),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function sample(log: (line: string) => void): Promise<Result> {
  const go = await ensureGo(cacheDirectory(), log);
  const code = await run(go, ['test', './...'], { cwd: join(root, 'lab', 'sample') });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs a program with its output on ours. @returns its exit code, 1 when a signal ended it. */
async function run(
  program: string,
  args: string[],
  options: { cwd?: string; quietOutput?: boolean; variables?: Record<string, string> } = {},
): Promise<number> {
  const child = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.variables },
    // jest writes its JSON to standard output as well, and its report to standard error.
    stdio: ['ignore', options.quietOutput ? 'ignore' : 'inherit', 'inherit'],
    // A group of its own, so that the guard can end all of it. Without a guard it ends with us, as Ctrl-C has it.
    detached: guard !== undefined,
  });
  const forget = guard && child.pid !== undefined ? guard.watch(child.pid) : undefined;
  const [code] = (await once(child, 'close')) as [number | null];
  forget?.();
  return code ?? 1;
}
