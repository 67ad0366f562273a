import { homedir } from 'node:os';

/** `~/x` as the shell means it. */
export function expandHome(path: string): string {
  return path.startsWith('~/') ? homedir() + path.slice(1) : path;
}
