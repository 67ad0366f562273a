import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while holding the lock file `path`, so that two runs on this machine do not do the same work twice.
 * Waits while another living process holds it (`waiting` is told once, with that process's id); takes over the
 * lock of a process that is gone.
 */
export async function withLock<T>(
  path: string,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${process.pid} ${startOf(process.pid) ?? '-'} ${randomUUID()}`;
  let told = false;
  while (!take(path, mine)) {
    const holder = read(path);
    if (holder === undefined) continue;
    const pid = living(holder);
    if (pid === undefined) {
      discard(path, holder);
      continue;
    }
    if (!told) waiting(pid);
    told = true;
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    if (read(path) === mine) rmSync(path, { force: true });
  }
}

/** Whether a living process holds the lock file `path`. */
export function isHeld(path: string): boolean {
  const holder = read(path);
  return holder !== undefined && living(holder) !== undefined;
}

/** Id of the process that wrote `holder`; undefined when it is gone. */
function living(holder: string): number | undefined {
  const [pid = '0', start] = holder.split(' ');
  const now = startOf(Number(pid));
  return now === undefined || now !== start ? undefined : Number(pid);
}

/** Linking a finished file is atomic and, unlike opening with `wx`, never shows an empty lock. */
function take(path: string, mine: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, mine);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Removes a dead holder's lock. Someone may have taken it over in between: what we moved is looked at, and put back. */
function discard(path: string, holder: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== holder && !existsSync(path)) linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** A process's start time in clock ticks (field 22 of /proc/PID/stat): a recycled process id has another. '0' where /proc is missing. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (existsSync('/proc/self/stat')) return undefined;
  }
  try {
    process.kill(pid, 0);
    return '0';
  } catch {
    return undefined;
  }
}
