import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';

/** A process that outlives us and cleans up, should we end in whatever way without dismissing it (SIGKILL, a time limit, Ctrl-C). */
export interface Guard {
  /** @param group a process group that we started. @returns says that it has ended. */
  watch(group: number): () => void;
  /** All is clean: nothing is left for it to do. */
  dismiss(): void;
}

/**
 * Ends the groups that it was told of, then does `clean`. It knows of our end by its standard input, which the kernel closes
 * for us. A group that has ended is forgotten: its number may be another's by then.
 */
const script = (clean: string) => `
groups=
while read -r event group; do
  case $event in
    started) groups="$groups $group" ;;
    ended) groups=$(printf '%s\\n' $groups | grep -vx "$group") ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
${clean}
`;

/** @param labs names of the labs that are to be taken away. */
export function startGuard(labs: readonly string[]): Guard {
  const root = join(__dirname, '..');
  const down = labs.map((name) => `EVENKEEL_LAB="${name}" "${join(root, 'evenkeel')}" lab down`);
  return guardWith(down.join('\n'), root);
}

/** @param clean what it runs at last, as a shell script. */
export function guardWith(clean: string, cwd: string): Guard {
  const guard = spawn('sh', ['-c', script(clean)], {
    cwd,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const input = guard.stdin as Socket;
  input.unref();
  const tell = (event: 'started' | 'ended', group: number) => void input.write(`${event} ${group}\n`);
  return {
    watch: (group) => {
      tell('started', group);
      return () => tell('ended', group);
    },
    dismiss: () => void (guard.pid && process.kill(-guard.pid, 'SIGKILL')),
  };
}
