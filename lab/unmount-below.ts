import { existsSync, readFileSync } from 'node:fs';
import { run } from './run';

/** Unmounts, deepest first, whatever is mounted on or below the given directories. Does nothing where there is no /proc. */
export async function unmountBelow(directories: string[]): Promise<void> {
  if (!existsSync('/proc/self/mounts')) return;
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((path) => directories.some((directory) => path === directory || path.startsWith(`${directory}/`)))
    .sort((one, other) => other.length - one.length);
  for (const mount of mounts) await run(['umount', '--lazy', mount]);
}
