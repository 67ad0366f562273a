import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { emptyState, type State } from './state';

/** Reads what was kept in `file`; nothing, when there is no file or none is named. */
export function readStateFile(file: string | undefined): State {
  if (file === undefined || !existsSync(file)) return emptyState();
  // Written by writeStateFile alone, whole or not at all.
  return JSON.parse(readFileSync(file, 'utf8')) as State;
}

/** Keeps the state. A reader, or a start after a kill, finds the old one or the new one, never a part. Owner only: it has the CA's key. */
export function writeStateFile(file: string | undefined, state: State): void {
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.draft`;
  writeFileSync(draft, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(draft, file);
}
