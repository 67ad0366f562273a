import { attach } from './attach';
import { cacheDirectory } from './cache-directory';
import { findEngine } from './engine';
import type { Lab } from './lab';
import { labDirectory, readState, thisLab } from './lab-directory';
import { run } from './run';

/** Attaches to a lab that is up (single machines of it may be stopped); undefined where there is none, or only a part of one. */
export async function readLab(name: string = thisLab()): Promise<Lab | undefined> {
  const directory = labDirectory(name);
  const state = readState(directory);
  const engine = state && (await findEngine(cacheDirectory()));
  if (!engine) return undefined;
  const containers = [...state.machines.map(({ container }) => container), state.outsider.container];
  const found = await run([...engine.docker, 'container', 'inspect', '-f', '{{.Id}}', ...containers]);
  return found.code === 0 ? attach(state, directory, engine.docker) : undefined;
}
