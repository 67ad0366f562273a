import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * The watchdog's program as the text of one file, small enough for a Docker config (500 kB, docs.docker.com/engine/swarm/configs):
 * so nothing has to be pushed to a registry, and each stack brings the watchdog that belongs to it. The same sources make the same text.
 */
export async function watchdogProgram(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'main.ts')],
    // Names of modules in the text are relative to it: they must not tell where the checkout is.
    absWorkingDir: join(__dirname, '..'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    legalComments: 'none',
    logLevel: 'silent',
    write: false,
  });
  return outputFiles[0]!.text;
}
