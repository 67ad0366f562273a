import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { goQuote } from './go-quote';
import { killTree } from './kill-tree';
import { CommandOutput } from './command-output';
import type { Outcome, Run } from './run';

/**
 * Runs a command on this machine, as the official plugin does.
 *
 * @param run the command, and what it gets
 * @param signal kills it, and all that it has started
 * @throws Error where it does not start or does not end with status 0: how it ended, the command, and what it wrote
 */
export async function runLocal(run: Run, signal: AbortSignal): Promise<Outcome> {
  const output = new CommandOutput(run.logging, run.log);
  const [file = '', ...args] = [...(run.interpreter ?? ['/bin/sh', '-c']), run.command];
  const failure = await ended(file, args, run, output, signal);
  output.end();
  if (failure !== undefined) {
    throw new Error(`${failure}: running ${goQuote(run.command)}:\n${output.everything()}`);
  }
  return { stdout: output.text('stdout'), stderr: output.text('stderr') };
}

/** Resolves when the process has ended and its streams are closed, with how it failed, if it did. */
function ended(
  file: string,
  args: string[],
  { dir, environment, stdin }: Run,
  output: CommandOutput,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) return Promise.resolve('context canceled');
  if (dir !== undefined && !existsSync(dir))
    return Promise.resolve(`chdir ${dir}: no such file or directory`);
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: dir,
      env: { ...process.env, ...environment },
      stdio: [stdin === undefined || stdin === '' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const kill = () => {
      if (child.pid !== undefined) killTree(child.pid);
    };
    signal.addEventListener('abort', kill, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => output.take('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.take('stderr', chunk));
    // A command need not read what it is given.
    child.stdin?.on('error', () => undefined).end(stdin);
    child.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', kill);
      resolve(startFailure(file, error));
    });
    child.once('close', (code, by) => {
      signal.removeEventListener('abort', kill);
      resolve(by !== null ? `signal: ${SIGNALS[by] ?? by}` : code === 0 ? undefined : `exit status ${code}`);
    });
  });
}

/** Why a process did not start, in Go's words. */
function startFailure(file: string, error: NodeJS.ErrnoException): string {
  const reason = { ENOENT: 'no such file or directory', EACCES: 'permission denied' }[error.code ?? ''];
  if (reason === undefined) return error.message;
  return file.includes('/') || reason === 'permission denied'
    ? `fork/exec ${file}: ${reason}`
    : `exec: ${goQuote(file)}: executable file not found in $PATH`;
}

/** Go's names of the signals that end a process most. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGTERM: 'terminated',
};
