import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { labTests, type LabTests } from './lab-tests';
import type { JestResult } from './run-jest';

const green: JestResult = { passed: 3, failed: 0, failures: [], red: [] };
const red: JestResult = { passed: 2, failed: 1, failures: ['a test\n    why'], red: [] };
const all = readdirSync(join(__dirname, 'lab'))
  .filter((file) => file.endsWith('.spec.ts'))
  .map((file) => join('test', 'lab', file))
  .sort();

/** Runs the files with a jest that finds red what `isRed` says; `events` has what was done, in its order. */
async function running(
  isRed: (path: string, times: number) => boolean,
  options: Partial<LabTests> = {},
): Promise<{ results: { passed: number; failed: number }[]; events: string[]; lines: string[] }> {
  const events: string[] = [];
  const lines: string[] = [];
  const times: Record<string, number> = {};
  const results = await labTests({
    labs: ['a', 'b'],
    began: performance.now(),
    log: (line) => void lines.push(line),
    renew: (lab) => Promise.resolve(void events.push(`renew ${lab}`)),
    run: async (path, lab) => {
      events.push(`${path} on ${lab}`);
      await new Promise((resolve) => setImmediate(resolve));
      return isRed(path, (times[path] = (times[path] ?? 0) + 1)) ? red : green;
    },
    ...options,
  });
  return { results, events, lines };
}

const failedOf = (results: readonly { failed: number }[]) =>
  results.reduce((total, { failed }) => total + failed, 0);
const pathsOf = (events: readonly string[]) => events.map((event) => event.replace(/ on .$/, ''));

describe('labTests', () => {
  it('runs each file once, on whichever lab is free', async () => {
    const { results, events } = await running(() => false);
    expect(pathsOf(events).sort()).toEqual(all);
    expect(new Set(events.map((event) => event.slice(-1)))).toEqual(new Set(['a', 'b']));
    expect(results).toHaveLength(all.length);
    expect(failedOf(results)).toBe(0);
  });

  it('runs what its pattern names, on one lab', async () => {
    const { events } = await running(() => false, { labs: ['a'], pattern: 'road' });
    expect(events).toEqual(['test/lab/road.spec.ts on a']);
  });

  it('makes a lab anew after a red file, and judges that one alone when all others are done', async () => {
    const { results, events, lines } = await running((path, times) => path.includes('road') && times === 1);
    const first = events.findIndex((event) => event.includes('road'));
    const lab = events[first]!.slice(-1);
    expect(events.slice(first + 1).find((event) => event.endsWith(lab))).toBe(`renew ${lab}`);
    expect(events.at(-1)).toBe('test/lab/road.spec.ts on a');
    expect(failedOf(results)).toBe(0);
    expect(results).toHaveLength(all.length);
    expect(lines).toContain('  a test\n    why');
    expect(lines.slice(-2)).toEqual(['road.spec.ts: green alone', 'red beside another lab: road.spec.ts']);
  });

  it('is red when a file is red alone too', async () => {
    const { results, lines } = await running((path) => path.includes('road'));
    expect(failedOf(results)).toBe(1);
    expect(lines).toContain('road.spec.ts: red again');
  });

  it('goes on when jest leaves no report, which is red', async () => {
    const { results, lines } = await running(() => false, {
      run: (path) =>
        path.includes('road') ? Promise.reject(new Error('no report')) : Promise.resolve(green),
    });
    expect(failedOf(results)).toBe(1);
    expect(results).toHaveLength(all.length);
    expect(lines).toContain('  no report');
  });

  it('runs nothing again that could not end in time', async () => {
    const hour = 60 * 60_000;
    const { results, events, lines } = await running((path) => path.includes('road'), {
      began: performance.now() - 1.4 * hour,
    });
    expect(failedOf(results)).toBe(1);
    expect(events.filter((event) => event.includes('road'))).toHaveLength(1);
    expect(lines).toContain('road.spec.ts: red, and no time is left to run it alone');
  });

  it('runs nothing again where it was alone', async () => {
    const { results, events } = await running(() => true, { labs: ['a'], pattern: 'road' });
    expect(events).toEqual(['test/lab/road.spec.ts on a', 'renew a']);
    expect(failedOf(results)).toBe(1);
  });
});
