import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { labDown, labUp, readLab } from '../lab/lab';
import { ensureGo } from '../lab/ensure-go';
import { installPackages } from '../lab/install-packages';
import { cacheDirectory } from '../lab/cache-directory';
import { labDirectory, thisLab } from '../lab/lab-directory';
import { startGuard } from './guard';
import { labTests } from './lab-tests';
import { besideLabs, type Result } from './run-jest';
import { guardPrograms, root, runProgram } from './run-program';
import { judgeAlone, unitTests } from './unit-tests';

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
  const labs = wants('lab') ? labNames(pattern ? 1 : labsBesideEachOther()) : [];
  const takeAway = hadLab || keepLab ? labs.slice(1) : labs;
  const guard = takeAway.length > 0 ? startGuard(takeAway.flatMap(withOthers)) : undefined;
  guardPrograms(guard);
  try {
    if (wants('unit')) await ensureHaproxy(log);
    // A lab that is to stay is somebody's to look at.
    const renew = async (name: string) => {
      if (!takeAway.includes(name)) return;
      await anew(name, log).catch((error: unknown) => {
        log(`${name} can't be made anew, once more: ${String(error)}`);
        return anew(name, log);
      });
    };
    const onLabs = async () => {
      await bringUp(labs, log);
      return sumOf(await labTests({ labs, pattern, renew, began, log }));
    };
    const [unit, ...others] = await allOf([
      // With its one worker it takes one core of two; ahead of the rest, since its tests have short limits of time.
      wants('unit') ? unitTests({ pattern, log }) : undefined,
      withoutLab(wants, pattern, log),
      wants('lab') ? onLabs() : undefined,
    ]);
    const results = others.filter((result) => result !== undefined);
    if (unit) results.push(wants('lab') ? await judgeAlone(unit, { log }) : unit);
    const { passed, failed } = sumOf(results);
    log(`\n${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
  } finally {
    for (const name of takeAway) await down(name, log);
    guard?.dismiss();
    guardPrograms(undefined);
  }
}

/** Waits for all, also when one fails: nothing goes on behind the caller's back. */
async function allOf<T extends unknown[]>(all: [...T]): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

/**
 * Most of the time the lab's tests wait for Swarm's own times, so labs side by side take little more than one. Three keep
 * two cores busy; with four, each takes the longer for it (measured). A lab and its tests' programs take up to 2.5 GiB.
 */
function labsBesideEachOther(): number {
  return Math.max(1, Math.min(3, Math.floor(totalmem() / (2.5 * 1024 ** 3))));
}

function labNames(count: number): string[] {
  return ['', '-second', '-third'].slice(0, count).map((suffix) => thisLab() + suffix);
}

/** A lab and those that waves.spec.ts, site-dies.spec.ts and mesh.spec.ts bring up beside it, and take away unless they fail. */
function withOthers(name: string): string[] {
  return [`${name}-vps`, `${name}-mesh`, name];
}

async function down(lab: string, log: (line: string) => void): Promise<void> {
  for (const name of withOthers(lab)) if (existsSync(labDirectory(name))) await labDown({ log, name });
}

async function anew(lab: string, log: (line: string) => void): Promise<void> {
  await down(lab, log);
  await labUp({ machines: 3, log, name: lab });
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
    const code = await runProgram(name, args, { niceness: besideLabs });
    log(`${name}: ${code === 0 ? 'clean' : 'FAILED'} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (code !== 0) failed++;
  }
  return { passed: commands.length - failed, failed };
}

async function sample(log: (line: string) => void): Promise<Result> {
  const go = await ensureGo(cacheDirectory(), log);
  const code = await runProgram(go, ['test', './...'], {
    cwd: join(root, 'lab', 'sample'),
    niceness: besideLabs,
  });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
