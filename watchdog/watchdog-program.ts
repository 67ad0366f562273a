import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The watchdog's program as the text of one file, small enough for a Docker config (500 kB, docs.docker.com/engine/swarm/configs):
 * so nothing has to be pushed to a registry, and each stack brings the watchdog that belongs to it. The same sources make the same text.
 */
export async function watchdogProgram(): Promise<string> {
  const { build } = await import('esbuild'); // late: most sites have no watchdog
  const { outputFiles } = await build({
    entryPoints: ['watchdog/main.ts'],
    // Names of modules in the text are relative to it: they must not tell where the checkout is.
    absWorkingDir: checkout(),
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

/** Where our sources are. In what cli/load-typescript.cjs makes of the program, `__dirname` is the folder of index.ts. */
function checkout(): string {
  return existsSync(join(__dirname, 'watchdog', 'main.ts')) ? __dirname : join(__dirname, '..');
}
