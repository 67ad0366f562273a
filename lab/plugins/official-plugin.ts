import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How long the first byte of a plugin may take, and how long the whole of it, in ms. A plugin has some 20 MB. */
const FIRST_BYTE = 10_000;
const WHOLE = 300_000;

/**
 * Lets Pulumi fetch an official plugin. Where nothing comes within ten seconds, it can't be had here: a machine that
 * reaches package registries only would wait for minutes.
 *
 * @param argv the CLI with all that makes it fetch the plugin
 * @param env its variables
 * @param scratch a folder to download into; made where it is not there
 * @returns whether the plugin is installed
 */
export async function fetchOfficial(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  scratch: string,
): Promise<boolean> {
  const [program = '', ...args] = argv;
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(join(scratch, 'fetch-'));
  // Pulumi downloads into TMPDIR: what lies there tells a slow line from none.
  const child = spawn(program, args, {
    env: { ...env, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  const first = setTimeout(() => size(folder) === 0 && kill(), FIRST_BYTE);
  const whole = setTimeout(kill, WHOLE);
  // It tries again several times, which helps against a short outage only.
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => /no such host|refused|unreachable/.test(text) && kill());
  try {
    return await new Promise<boolean>((resolve, reject) => {
      // Not 'close': what a killed CLI leaves behind may hold its stderr.
      child.once('error', reject).once('exit', (code) => resolve(code === 0));
    });
  } finally {
    clearTimeout(first);
    clearTimeout(whole);
    child.stderr.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes in the files of a folder, not below it. */
function size(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
