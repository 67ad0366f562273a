import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { buildEngine, builtEngine } from './build-engine';
import type { Log } from './log';
import { engineVersion, fetchEngine, fetchedEngine } from './fetch-engine';
import { run } from './run';

/** The Pulumi engine that the lab uses. */
export interface Toolchain {
  /** The `pulumi` program. */
  pulumi: string;
  /** The folder to put first in PATH: language host and policy analyzer are beside the program. */
  bin: string;
  /** Where it came from: found in PATH, fetched by the npm package `pulumi`, or built from its Go modules. */
  source: 'path' | 'npm' | 'built';
  /** Such as `3.259.0`. */
  version: string;
}

/** What `ensureToolchain` needs to know. */
export interface ToolchainOptions {
  /** See `cacheDirectory()`. */
  cacheDirectory: string;
  log: Log;
}

/**
 * Finds a Pulumi engine, or gets one: a `pulumi` in PATH of the same major version and not older than 3.200; else the
 * official one, fetched by the npm package `pulumi`; else (only package registries can be reached) the same engine
 * built from its Go modules, which takes about five minutes, once.
 */
export async function ensureToolchain({ cacheDirectory, log }: ToolchainOptions): Promise<Toolchain> {
  const found = await findInPath();
  if (found) return found;
  const ready = fetchedEngine(cacheDirectory);
  if (ready) return { ...ready, source: 'npm', version: engineVersion };
  const built = builtEngine(cacheDirectory);
  if (built) return { ...built, source: 'built', version: engineVersion };
  const fetched = await fetchEngine(cacheDirectory, log);
  if (fetched) return { ...fetched, source: 'npm', version: engineVersion };
  return { ...(await buildEngine(cacheDirectory, log)), source: 'built', version: engineVersion };
}

/** True for a version that the program's SDK (3.259.0) works with: the same major, and not so old that a call is missing. */
export function isUsable(version: string): boolean {
  const match = /^v?(\d+)\.(\d+)\.\d+/.exec(version);
  return match !== null && Number(match[1]) === 3 && Number(match[2]) >= 200;
}

async function findInPath(): Promise<Toolchain | undefined> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const pulumi = join(directory, 'pulumi');
    // npm's own wrapper would fetch an engine at its first call.
    if (directory === '' || dirname(directory).endsWith('node_modules') || !existsSync(pulumi)) continue;
    const env = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
    const { stdout, code } = await run([pulumi, 'version'], { timeout: 20_000, env }).catch(() => ({
      stdout: '',
      code: 1,
    }));
    const version = stdout.trim().replace(/^v/, '');
    if (code === 0 && isUsable(version) && existsSync(join(directory, 'pulumi-language-nodejs'))) {
      return { pulumi, bin: directory, source: 'path', version };
    }
  }
  return undefined;
}
