import { existsSync, readFileSync } from 'node:fs';

/** For specs: whether a process runs. One that only waits to be collected does not, which is known by /proc where there is one. */
export function isAlive(pid: number): boolean {
  try {
    if (!existsSync('/proc/self/status')) return process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
