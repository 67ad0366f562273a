import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** dockerd, its containerd and the shims, those whose command line has `words` in it. */
export function dockerProcesses(words: string): { pid: number; name: string }[] {
  return processes()
    .map((pid) => ({ pid, name: readProcess(pid, 'comm').trim() }))
    .filter(({ name }) => /^(dockerd|containerd)/.test(name))
    .filter(({ pid }) => readProcess(pid, 'cmdline').replaceAll('\0', ' ').includes(words));
}

/** Processes in the control group of a container that is kept in `dataRoot`. */
export function processesOfContainers(dataRoot: string): number[] {
  const directory = join(dataRoot, 'containers');
  const ids = existsSync(directory) ? readdirSync(directory) : [];
  return processes().filter((pid) => {
    const groups = readProcess(pid, 'cgroup');
    return ids.some((id) => groups.includes(id));
  });
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A file of a process in /proc; empty when the process has ended meanwhile. */
function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
