import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a process and all that it has started.
 *
 * Not a process group: a child in a group of its own would outlive the plugin where the engine kills the plugin's group.
 *
 * @param root the process's ID; one that is gone already is no mistake
 */
export function killTree(root: number): void {
  const children = childrenByParent();
  const doomed = [root];
  // The list grows while it is walked: each process adds its children.
  for (const pid of doomed) doomed.push(...(children.get(pid) ?? []));
  for (const pid of doomed) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of processes()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  return children;
}

/** All processes with their parents: from Linux's /proc, elsewhere from ps. */
function processes(): [pid: number, parent: number][] {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return names.flatMap((name) => {
    try {
      // `pid (name) state ppid …`; the name may have spaces and brackets in it.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
      return [[Number(name), Number(fields[1])]];
    } catch {
      return [];
    }
  });
}
