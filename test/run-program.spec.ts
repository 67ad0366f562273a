import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardWith } from './guard';
import { isAlive } from './is-alive';
import { until } from './lab/until';
import { guardPrograms, runProgram } from './run-program';

describe('runProgram', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'evenkeel-program-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('gives the exit code, and 1 when a signal ended it', async () => {
    expect(await runProgram('sh', ['-c', 'exit 3'])).toBe(3);
    expect(await runProgram('sh', ['-c', 'kill -TERM $$'])).toBe(1);
  });

  it('runs it with the niceness and the variables that it is told', async () => {
    const script = 'echo "$(nice) $COLOUR" >"$FILE"';
    const variables = { FILE: join(directory, 'said'), COLOUR: 'green' };
    await runProgram(
      'sh',
      ['-c', `i=0; while [ "$(nice)" -lt 7 ] && [ $((i += 1)) -lt 200 ]; do sleep 0.1; done; ${script}`],
      { variables, niceness: 7 },
    );
    // Whoever runs all of this nicer than that is heard.
    expect(readFileSync(variables.FILE, 'utf8')).toBe(`${Math.max(7, getPriority())} green\n`);
  });

  it('with a guard, leaves nothing of it running', async () => {
    const guard = guardWith('true', directory);
    guardPrograms(guard);
    try {
      const file = join(directory, 'pid');
      expect(await runProgram('sh', ['-c', `sleep 60 & echo $! >${file}`])).toBe(0);
      const pid = Number(readFileSync(file, 'utf8'));
      await until(
        'it is gone',
        () => Promise.resolve(isAlive(pid)),
        (alive) => !alive,
        10_000,
      );
    } finally {
      guardPrograms(undefined);
      guard.dismiss();
    }
  });
});
