import { join } from 'node:path';
import type { JestResult } from './run-jest';
import { root } from './run-program';
import { judgeAlone, unitTests } from './unit-tests';

const red = (name: string, counterexample = false) => ({
  path: join(root, name),
  passed: 4,
  failed: 1,
  counterexample,
});

/** What jest found in 20 tests when these files were red. */
function found(...files: ReturnType<typeof red>[]): JestResult {
  return {
    passed: 20 - files.length,
    failed: files.length,
    failures: files.map(({ path }) => path),
    red: files,
  };
}

/** What comes of a second look, and how jest was run for it. */
async function judged(
  before: JestResult,
  alone: JestResult = { passed: 5, failed: 0, failures: [], red: [] },
) {
  const runs: string[][] = [];
  const lines: string[] = [];
  const run = (args: string[]) => Promise.resolve((runs.push(args), alone));
  const { passed, failed } = await judgeAlone(before, { run, log: (line) => void lines.push(line) });
  return { passed, failed, runs, lines };
}

describe('unitTests', () => {
  it('says what failed after the sum, since CI keeps the end of a long output', async () => {
    const lines: string[] = [];
    const run = () => Promise.resolve(found(red('edge/a.spec.ts')));
    await unitTests({ run, log: (line) => void lines.push(line) });
    expect(lines).toEqual(['unit: 19 passed, 1 failed', `  ${join(root, 'edge/a.spec.ts')}`]);
  });
});

describe('judgeAlone', () => {
  it('runs nothing when all is green', async () => {
    expect(await judged(found())).toMatchObject({ passed: 20, failed: 0, runs: [], lines: [] });
  });

  it('runs the red files once more, which counts, and says so', async () => {
    const { passed, failed, runs, lines } = await judged(found(red('edge/a.spec.ts')));
    expect(runs).toEqual([['--runTestsByPath', 'edge/a.spec.ts']]);
    expect([passed, failed]).toEqual([20, 0]);
    expect(lines).toEqual([
      'unit: red beside labs, run once more alone: edge/a.spec.ts',
      'unit: green alone: edge/a.spec.ts',
    ]);
  });

  it('is red when they are red again', async () => {
    const again = { passed: 4, failed: 1, failures: ['why'], red: [red('edge/a.spec.ts')] };
    const { passed, failed, lines } = await judged(found(red('edge/a.spec.ts')), again);
    expect([passed, failed]).toEqual([19, 1]);
    expect(lines.slice(1)).toEqual(['unit: red again: edge/a.spec.ts', '  why']);
  });

  it.each([
    ['a property with a counterexample', [red('edge/a.spec.ts'), red('release/b.spec.ts', true)]],
    ['four files', ['a', 'b', 'c', 'd'].map((name) => red(`edge/${name}.spec.ts`))],
  ])('has no second look at %s', async (_, files) => {
    const { failed, runs } = await judged(found(...files));
    expect([failed, runs]).toEqual([files.length, []]);
  });
});
