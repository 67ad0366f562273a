import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what outlives a lab is kept (toolchain, images, labs' state): `$XDG_CACHE_HOME/evenkeel`, else `~/.cache/evenkeel`. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'evenkeel');
}
