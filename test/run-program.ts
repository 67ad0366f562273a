import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import type { Guard } from './guard';

/** The checkout. */
export const root = join(__dirname, '..');

/** Cleans up after this process, should it be killed. */
let guard: Guard | undefined;

/** From now on each program that is started is in the guard's care; undefined: no more. */
export function guardPrograms(by: Guard | undefined): void {
  guard = by;
}

/**
 * Runs a program with its output on ours, and with npm's packages first in its PATH. With a guard, what it leaves running
 * is killed.
 *
 * @param options.niceness 0 (default) to 19, as `nice` has it, for it and all that it starts.
 * @returns its exit code, 1 when a signal ended it.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: {
    cwd?: string;
    quietOutput?: boolean;
    variables?: Record<string, string>;
    niceness?: number;
  } = {},
): Promise<number> {
  const PATH = `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, PATH, ...options.variables },
    stdio: ['ignore', options.quietOutput ? 'ignore' : 'inherit', 'inherit'],
    // A group of its own, so that the guard can end all of it. Without a guard it ends with us, as Ctrl-C has it.
    detached: guard !== undefined,
  });
  // Only root may be less nice than it was started.
  if (options.niceness !== undefined && child.pid !== undefined)
    setPriority(child.pid, Math.max(options.niceness, getPriority()));
  const forget = guard && child.pid !== undefined ? guard.watch(child.pid) : undefined;
  const [code] = (await once(child, 'close')) as [number | null];
  if (forget) endGroup(child.pid!);
  forget?.();
  return code ?? 1;
}

/**
 * What a program leaves behind ends with it: a test that ran into its limit of time leaves an `up` that runs, which would
 * write into the lab that is made anew (seen: its stack was there before it was made, and its config file was not).
 */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}
