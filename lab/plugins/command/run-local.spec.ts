import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from './run';
import { runLocal } from './run-local';

const never = new AbortController().signal;
const run = (command: string, rest: Partial<Run> = {}): Run => ({
  command,
  environment: {},
  log: () => undefined,
  ...rest,
});

describe('runLocal', () => {
  it('gives back both streams, each without the line break at its end', async () => {
    await expect(runLocal(run('echo out; echo; echo err >&2'), never)).resolves.toEqual({
      stdout: 'out\n',
      stderr: 'err',
    });
  });

  it('runs in the folder, with the variables, the input and the interpreter given', async () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'run-local-')));
    try {
      const rest = {
        dir,
        environment: { NAME: 'a "b"' },
        stdin: 'given\n',
        interpreter: ['/bin/sh', '-e', '-c'],
      };
      const outcome = runLocal(run('pwd; echo "$NAME"; cat; test -n "$PATH"', rest), never);
      await expect(outcome).resolves.toEqual({ stdout: `${dir}\na "b"\ngiven`, stderr: '' });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('gives a command that reads no input none, and one without input an empty one', async () => {
    await expect(runLocal(run('true', { stdin: 'x'.repeat(1 << 20) }), never)).resolves.toEqual({
      stdout: '',
      stderr: '',
    });
    await expect(runLocal(run('cat'), never)).resolves.toEqual({ stdout: '', stderr: '' });
  });

  it('fails with the status, the command and what it wrote', async () => {
    await expect(runLocal(run('echo out; echo err >&2; exit 3'), never)).rejects.toThrow(
      new Error('exit status 3: running "echo out; echo err >&2; exit 3":\nout\nerr\n'),
    );
  });

  it.each([
    ['a signal', run('kill -TERM $$'), 'signal: terminated: running "kill -TERM $$":\n'],
    [
      'an interpreter that is not there',
      run('x', { interpreter: ['no-such-program'] }),
      'exec: "no-such-program": executable file not found in $PATH: running "x":\n',
    ],
    [
      'a path that is not there',
      run('x', { interpreter: ['/no/such'] }),
      'fork/exec /no/such: no such file or directory: running "x":\n',
    ],
    [
      'a folder that is not there',
      run('x', { dir: '/no/such' }),
      'chdir /no/such: no such file or directory: running "x":\n',
    ],
  ])("names %s in Go's words", async (_, what, message) => {
    await expect(runLocal(what, never)).rejects.toThrow(new Error(message));
  });

  it.each([
    [undefined, ['out', 'err', 'last']],
    ['stdout', ['out', 'last']],
    ['stderr', ['err']],
    ['none', []],
  ] as const)(
    'logs the lines of the streams that logging %s names, as they come',
    async (logging, expected) => {
      const lines: string[] = [];
      const slow = 'echo out; sleep 0.05; echo err >&2; sleep 0.05; printf last';
      await runLocal(run(slow, { logging, log: (line) => lines.push(line) }), never);
      expect(lines).toEqual(expected);
    },
  );

  it('kills the command and all that it has started when it is told to', async () => {
    const canceled = new AbortController();
    const pids: number[] = [];
    const started = new Promise<void>((resolve) => {
      const log = (line: string) => {
        pids.push(...line.split(' ').map(Number));
        resolve();
      };
      const outcome = runLocal(run('sleep 60 & echo $$ $!; wait', { log }), canceled.signal);
      void expect(outcome).rejects.toThrow('signal: killed');
    });
    await started;
    canceled.abort();
    await expect(runLocal(run('true'), canceled.signal)).rejects.toThrow('context canceled');
    expect(pids).toHaveLength(2);
    for (const pid of pids) await gone(pid);
  });
});

/** Resolves when a process is no more, or is left for its parent to bury. */
async function gone(pid: number): Promise<void> {
  const alive = `kill -0 ${pid} 2>/dev/null && ! grep -q '^State:.Z' /proc/${pid}/status`;
  await runLocal(run(`for i in $(seq 100); do ${alive} || exit 0; sleep 0.05; done; exit 1`), never);
}
