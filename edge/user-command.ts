import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Runs a shell command of the user's on this machine, with what it prints as lines. At the end of its time it is killed
 * with all that it has started.
 *
 * @param environment on top of our own.
 * @param timeout in ms.
 * @returns why it failed (`exit code 3`, `not done within 60 s`); undefined for exit code 0.
 */
export async function runUserCommand(
  command: string,
  environment: Record<string, string>,
  timeout: number,
  line: (text: string) => void,
): Promise<string | undefined> {
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    detached: true, // a group of its own, so that what the command started ends with it
  });
  createInterface({ input: child.stdout }).on('line', line);
  createInterface({ input: child.stderr }).on('line', line);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    killGroup(child.pid);
    // What has left the group may hold these open for ever.
    child.stdout.destroy();
    child.stderr.destroy();
  }, timeout);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (late) return `not done within ${timeout / 1000} s`;
    return code === 0 ? undefined : `exit code ${code ?? signal}`;
  } finally {
    clearTimeout(timer);
  }
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}
