import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run';
import { fetchOfficial } from './official-plugin';
import { PLUGIN_VERSIONS, type PluginName } from './plugin-name';
import { bundleStandIn, launcher, MARK, standInHash } from './stand-in';

/** How long a failed attempt to fetch an official plugin counts, in ms: a day. */
const MEMORY = 24 * 60 * 60 * 1000;

/** What `installPlugin` needs to know. */
export interface InstallOptions {
  /** Path of the pulumi CLI. */
  pulumi: string;
  /** The variables that the CLI runs with; PULUMI_HOME says where plugins are installed. */
  env: NodeJS.ProcessEnv;
  /** Takes a line about what is done. */
  log: (line: string) => void;
}

/** Which plugin is installed. */
export interface InstalledPlugin {
  source: 'official' | 'stand-in';
  version: string;
}

/**
 * Sees to it that a plugin is installed: the official one where it can be had, else the lab's stand-in. Once it is,
 * another call takes milliseconds; a stand-in is installed again when its sources, the packages or node have changed.
 *
 * @param name the plugin
 * @param options where, and with which CLI
 * @throws Error where even the stand-in can't be installed, with the CLI's words
 */
export async function installPlugin(name: PluginName, options: InstallOptions): Promise<InstalledPlugin> {
  const { pulumi, env, log } = options;
  const version = PLUGIN_VERSIONS[name];
  const home = env['PULUMI_HOME'] ?? join(homedir(), '.pulumi');
  const folder = join(home, 'evenkeel-plugins');
  const executable = join(home, 'plugins', `resource-${name}-v${version}`, `pulumi-resource-${name}`);
  const failure = join(folder, `${name}-${version}.unreachable`);
  const install = ['plugin', 'install', 'resource', name, version];

  const installed = existsSync(executable) ? head(executable) : undefined;
  if (installed !== undefined && !installed.includes(MARK)) return { source: 'official', version };

  if (!isRecent(failure)) {
    const argv = [pulumi, ...install, ...(installed === undefined ? [] : ['--reinstall'])];
    if (await fetchOfficial(argv, env, folder)) {
      log(`${name} plugin ${version}: installed the official one`);
      return { source: 'official', version };
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      failure,
      `The official ${name} plugin ${version} could not be fetched. Remove this file to try again.\n`,
    );
  }

  const hash = standInHash(name);
  const bundle = join(folder, `${name}-${hash}.cjs`);
  const script = launcher(name, hash, bundle);
  if (installed !== script || !existsSync(bundle)) {
    await bundleStandIn(name, bundle);
    await installStandIn(
      pulumi,
      install,
      env,
      join(folder, `pulumi-resource-${name}.${process.pid}`),
      script,
    );
    removeOthers(folder, name, bundle);
    log(`${name} plugin ${version}: the official one can't be had here, installed the lab's stand-in`);
  }
  return { source: 'stand-in', version };
}

async function installStandIn(
  pulumi: string,
  install: readonly string[],
  env: NodeJS.ProcessEnv,
  file: string,
  script: string,
): Promise<void> {
  writeFileSync(file, script, { mode: 0o755 });
  try {
    const { code, stderr } = await run([pulumi, ...install, '--file', file, '--reinstall'], { env });
    if (code !== 0)
      throw new Error(`pulumi ${install.join(' ')} --file ${file} failed (${code}): ${stderr.trim()}`);
  } finally {
    rmSync(file, { force: true });
  }
}

/** The first bytes of a file: all of a stand-in's executable, and enough of an official one, which has megabytes. */
function head(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(4096);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}

/** Ends the bundles of sources that are no more. */
function removeOthers(folder: string, name: PluginName, bundle: string): void {
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${name}-`) && file.endsWith('.cjs') && join(folder, file) !== bundle)
      rmSync(join(folder, file));
  }
}

function isRecent(file: string): boolean {
  const at = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return at !== undefined && Date.now() - at < MEMORY;
}
