import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './log';
import { run } from './run';
import { withLock } from './lock';

/** The engine's version: the one that package.json pins as `@pulumi/pulumi`. */
export const engineVersion = '3.259.0';

/** An engine's program and its folder. */
export interface EngineFiles {
  pulumi: string;
  bin: string;
}

/** Milliseconds for the whole fetch: some 150 MB. Where there is no way at all it says so in seconds. */
const patience = 180_000;

/** For how long a failed fetch is not tried again, in milliseconds. */
const memory = 24 * 60 * 60 * 1000;

/** The official engine, when an earlier run has fetched it. */
export function fetchedEngine(cacheDirectory: string): EngineFiles | undefined {
  const bin = join(home(cacheDirectory), 'versions', engineVersion, 'bin');
  const pulumi = join(bin, 'pulumi');
  return existsSync(pulumi) && existsSync(join(home(cacheDirectory), 'complete'))
    ? { pulumi, bin }
    : undefined;
}

/** Has the npm package `pulumi` fetch the official engine; undefined where it can't, which is remembered for a day. */
export async function fetchEngine(cacheDirectory: string, log: Log): Promise<EngineFiles | undefined> {
  const directory = home(cacheDirectory);
  const failed = `${directory}.failed`;
  if (existsSync(failed) && Date.now() - statSync(failed).mtimeMs < memory) return undefined;
  return withLock(
    `${directory}.lock`,
    (pid) => log(`waiting for process ${pid}, which is fetching the Pulumi engine`),
    async () => {
      const ready = fetchedEngine(cacheDirectory);
      if (ready) return ready;
      mkdirSync(directory, { recursive: true });
      log(`fetching the official Pulumi engine ${engineVersion}`);
      const fetched = await run(['npx', '--yes', `pulumi@${engineVersion}`, 'version'], {
        env: { PULUMI_HOME: directory, PULUMI_VERSION: engineVersion, PULUMI_SKIP_UPDATE_CHECK: 'true' },
        timeout: patience,
      }).catch((error: Error) => ({ code: 1, stdout: '', stderr: error.message }));
      if (fetched.code === 0) {
        writeFileSync(join(directory, 'complete'), '');
        return fetchedEngine(cacheDirectory);
      }
      rmSync(directory, { recursive: true, force: true });
      writeFileSync(failed, fetched.stderr);
      log(`it can't be fetched here (${fetched.stderr.trim().split('\n').pop()})`);
      return undefined;
    },
  );
}

function home(cacheDirectory: string): string {
  return join(cacheDirectory, 'toolchain', 'official');
}
