import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cacheDirectory } from './cache-directory';
import type { LabState } from './lab';
import { isHeld } from './lock';
import { labName } from './naming';

/** The checkout that this code stands in: a lab belongs to it, and its stack runs the program in it. */
export const checkoutDirectory = dirname(resolve(__dirname));

/**
 * Name of this checkout's lab, or of another one that EVENKEEL_LAB names: the tests run in several labs side by side.
 */
export function thisLab(): string {
  return process.env['EVENKEEL_LAB'] || labName(checkoutDirectory);
}

/** The folder that holds the directories of all labs of this machine. */
export function labsDirectory(): string {
  return join(cacheDirectory(), 'labs');
}

/** A lab's own directory. */
export function labDirectory(name: string): string {
  return join(labsDirectory(), name);
}

/** A lab's lock file: held by the process that brings it up or takes it away. */
export function labLock(name: string): string {
  return `${labDirectory(name)}.lock`;
}

/** Whether a living process brings some lab of this machine up, or takes it away. */
export function isWorkedOn(): boolean {
  if (!existsSync(labsDirectory())) return false;
  return readdirSync(labsDirectory()).some(
    (file) => file.endsWith('.lock') && isHeld(join(labsDirectory(), file)),
  );
}

/** Reads what `writeState` wrote; undefined where there is nothing, or nothing whole. */
export function readState(directory: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'lab.json'), 'utf8')) as LabState;
  } catch {
    return undefined;
  }
}

/** Keeps the lab's state in its directory, whole or not at all. */
export function writeState(directory: string, state: LabState): void {
  const draft = join(directory, 'lab.json.draft');
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, join(directory, 'lab.json'));
}
