// Makes one small file of the watchdog, which goes to the machines as a Docker config: nothing has to be pushed to a registry.
// Usage: node watchdog/bundle.mjs OUTPUT
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const output = process.argv[2];
const draft = `${output}.${process.pid}`;

await build({
  entryPoints: [join(root, 'watchdog', 'main.ts')],
  outfile: draft,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  legalComments: 'none',
  logLevel: 'warning',
});
// Two builds at once don't disturb each other.
await rename(draft, output);
