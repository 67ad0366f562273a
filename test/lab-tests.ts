import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { besideLabs, runJest, type JestResult, type Result } from './run-jest';
import { root } from './run-program';

const folder = join('test', 'lab');

/**
 * The files that take longest, in s beside a second lab (2-core machine): they go first, so that the labs end at about the
 * same time.
 */
const seconds: Record<string, number> = {
  'releases.spec.ts': 700,
  'site-dies.spec.ts': 460,
  'recover.spec.ts': 400,
  'drill.spec.ts': 375,
  'rollback.spec.ts': 290,
  'rolling.spec.ts': 280,
  'node-maintenance.spec.ts': 250,
  'edges.spec.ts': 220,
  'fence.spec.ts': 195,
  'canary.spec.ts': 190,
  'hooks.spec.ts': 185,
  'databases.spec.ts': 180,
  'engine-killed.spec.ts': 180,
  'dying-servers.spec.ts': 135,
  'services.spec.ts': 70,
  'secrets.spec.ts': 80,
  'node-replacement.spec.ts': 80,
  'members.spec.ts': 75,
  'edge-rollout.spec.ts': 45,
  'machines.spec.ts': 30,
  'policies.spec.ts': 30,
  'demonstration.spec.ts': 30,
  'haproxy-cfg.spec.ts': 5,
  'slot-ports.spec.ts': 5,
  'destroy.spec.ts': 5,
};

/**
 * The suite can't end before its longest file does. That has three times the share of the others (weights 335 and 110),
 * and machines and edges are ahead of it still.
 */
const nicenessOf = (path: string) => (path.endsWith('releases.spec.ts') ? besideLabs / 2 : besideLabs);

/** How long a file is taken to need that has no time of its own, in s. */
const others = 140;

/** When a file could not be done by this time since the beginning, in ms, it is not run again: CI's limit is 90 minutes. */
const longRun = 80 * 60_000;

/** What is needed to run the lab's tests. */
export interface LabTests {
  /** Names of labs that are up. Each takes the next file when it is done with one. */
  labs: readonly string[];
  /** Only files whose path contains this. */
  pattern?: string;
  /** Makes a lab anew. */
  renew: (lab: string) => Promise<void>;
  /** Runs one file, named by its path in the checkout, on a lab. Default: jest. */
  run?: (path: string, lab: string) => Promise<JestResult>;
  /** When the run began, by `performance.now()`. */
  began: number;
  log: (line: string) => void;
}

/**
 * Runs the lab's test files, side by side on as many labs as there are. After a file that is red the lab is made anew:
 * else the next ones would be judged by what it left.
 *
 * Labs side by side take two cores to their limit, and Swarm, keepalived and clients have limits of time. So a file
 * that is red beside another lab is run once more with the machine to itself, and that counts; what was seen before stays
 * in the output, and is said at the end. A fault of ours is red again.
 */
export async function labTests(options: LabTests): Promise<Result[]> {
  const { labs, log } = options;
  const queue = await testFiles(options.pattern);
  const results: Result[] = [];
  const red: { file: string; result: JestResult }[] = [];
  const work = async (lab: string) => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await testFile(file, lab, options);
      if (result.failed > 0) red.push({ file, result });
      else results.push(result);
    }
  };
  await Promise.all(labs.map(work));
  if (labs.length < 2) return [...results, ...red.map(({ result }) => result)];
  for (const { file, result } of red) results.push(await judgeAlone(file, result, options));
  if (red.length > 0) log(`red beside another lab: ${red.map(({ file }) => file).join(', ')}`);
  return results;
}

async function judgeAlone(file: string, before: JestResult, options: LabTests): Promise<JestResult> {
  const { labs, began, log } = options;
  if (performance.now() - began + lengthOf(file) * 1000 > longRun) {
    log(`${file}: red, and no time is left to run it alone`);
    return before;
  }
  log(`${file}: red beside another lab, run once more alone`);
  const alone = await testFile(file, labs[0]!, options);
  log(`${file}: ${alone.failed > 0 ? 'red again' : 'green alone'}`);
  return alone;
}

/** Runs one file; when it is red, says what failed (CI keeps the end of a long output), and makes the lab anew. */
async function testFile(file: string, lab: string, options: LabTests): Promise<JestResult> {
  const { renew, run = jestOn, log } = options;
  const began = performance.now();
  const result = await run(join(folder, file), lab).catch(cameToNothing);
  const took = ((performance.now() - began) / 1000).toFixed(0);
  log(`${file} on ${lab}: ${result.passed} passed, ${result.failed} failed (${took} s)`);
  for (const failure of result.failures) log(`  ${failure}`);
  if (result.failed > 0) await renew(lab);
  return result;
}

/** A jest that leaves no report is red as well, and ends no other file. */
function cameToNothing(error: unknown): JestResult {
  return {
    passed: 0,
    failed: 1,
    failures: [error instanceof Error ? error.message : String(error)],
    red: [],
  };
}

/** How long a test may take that names no time, in ms. It ends what hangs; how fast things are is judged in bench/. */
const testTime = 300_000;

const jestOn = (path: string, lab: string) =>
  runJest('lab', ['--runInBand', '--verbose', `--testTimeout=${testTime}`, '--runTestsByPath', path], {
    variables: { EVENKEEL_LAB: lab },
    niceness: nicenessOf(path),
  });

/** The longest first. */
async function testFiles(pattern = ''): Promise<string[]> {
  const files = (await readdir(join(root, folder))).filter((file) => file.endsWith('.spec.ts'));
  const wanted = new RegExp(pattern);
  return files
    .filter((file) => wanted.test(join(root, folder, file)))
    .sort((a, b) => lengthOf(b) - lengthOf(a) || (a < b ? -1 : 1));
}

const lengthOf = (file: string) => seconds[file] ?? others;
