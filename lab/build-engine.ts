import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureGo } from './ensure-go';
import { engineVersion, type EngineFiles } from './fetch-engine';
import { withLock } from './lock';
import type { Log } from './log';
import { must } from './must';

/**
 * The two programs, each from a Go module of its own: they need different versions of the same libraries.
 * A policy pack needs no third one (tried): the engine has the language host run it, which takes
 * `@pulumi/pulumi/cmd/run-policy-pack` from the pack's own node_modules.
 */
const programs = [
  { name: 'pulumi', tool: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi', version: engineVersion },
  {
    name: 'pulumi-language-nodejs',
    tool: 'github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3',
    version: '3.187.0',
  },
] as const;

const sources = join(__dirname, 'toolchain');

/** The engine built by an earlier run from the same sources. */
export function builtEngine(cacheDirectory: string): EngineFiles | undefined {
  const bin = target(cacheDirectory);
  return existsSync(bin) ? { pulumi: join(bin, 'pulumi'), bin } : undefined;
}

/** Builds the engine from its Go modules; two runs at a time build once. */
export async function buildEngine(cacheDirectory: string, log: Log): Promise<EngineFiles> {
  const bin = target(cacheDirectory);
  return withLock(
    `${bin}.lock`,
    (pid) => log(`waiting for process ${pid}, which is building the Pulumi engine`),
    async () => {
      const done = builtEngine(cacheDirectory);
      if (done) return done;
      // Only the holder of the lock has a draft: what is there was left by a run that was killed.
      const draft = `${bin}.draft`;
      rmSync(draft, { recursive: true, force: true });
      mkdirSync(draft, { recursive: true });
      log('building the Pulumi engine from its Go modules: about five minutes on two cores, once');
      const go = await ensureGo(cacheDirectory, log);
      // The small one first: it warms the build cache for the other while the other's modules are still to come.
      for (const { name, tool, version } of [...programs].reverse()) {
        await withProgress(log, `building ${name} ${version}`, () =>
          must([go, 'build', '-trimpath', '-ldflags', linkerFlags(version), '-o', join(draft, name), tool], {
            cwd: join(sources, name),
            env: { GOFLAGS: '-mod=readonly', GOWORK: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
          }),
        );
      }
      renameSync(draft, bin);
      return { pulumi: join(bin, 'pulumi'), bin };
    },
  );
}

/** The version is set by the linker, as the official build does it; without symbols and debug data the program is a third smaller. */
function linkerFlags(version: string): string {
  return `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
}

/** The folder is named for all that its content depends on. */
function target(cacheDirectory: string): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const { name, version } of programs) {
    hash.update(`${name} ${version} ${linkerFlags(version)}\n`);
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(sources, name, file)));
  }
  return join(cacheDirectory, 'toolchain', hash.digest('hex').slice(0, 12));
}

/** Logs every ten seconds how long `work` has been going on: silence for minutes looks like a hang. */
async function withProgress<T>(log: Log, step: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const timer = setInterval(() => log(`${step}: ${seconds()} s so far`), 10_000);
  try {
    const result = await work();
    log(`${step}: ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
