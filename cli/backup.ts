import { execFile } from 'node:child_process';
import { copyFile, chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SiteContact, messageOf } from '../edge/site-contact';
import { readSwarmCopy } from '../edge/swarm-copy';
import type { Output } from './change-release';
import type { StackPlace } from './converge';
import { openProject } from './project';
import type { StackOptions } from './stack-options';

/** The options of `evenkeel backup`. */
export interface BackupOptions extends StackOptions {
  /** Folder for the backups. */
  to: string;
  /** How many of this stack are kept, the newest ones. */
  keep: number;
  json?: boolean;
}

/** What `evenkeel backup --json` prints. */
export interface BackedUp {
  stack: string;
  /** The new backup's folder. */
  directory: string;
  /** Names of its files. */
  files: string[];
  /** Generation of the label; undefined where the Swarm could not be read. */
  generation?: number;
  /** Folders of older backups that were taken away. */
  removed: string[];
}

/**
 * Keeps what can't be made anew from the config: Pulumi's state, with the stack file beside it, and what the Swarm has
 * of the site. Secrets stay encrypted in the first two, and are not in the third. Not kept is the folder
 * /var/lib/docker/swarm: a copy of it is whole only while Docker is stopped (Docker manual, "Administer and maintain a
 * swarm"), and a new Swarm is made from the config within a minute.
 *
 * @throws Error when Pulumi's state can't be had; a Swarm that can't be read is only said.
 */
export async function backUp(options: BackupOptions, output: Output): Promise<void> {
  const { log } = output;
  const project = await openProject(options);
  const site = project.siteWith(project.release);
  const folder = resolve(options.to);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const prefix = `${project.stackName}-`;
  const directory = join(
    folder,
    prefix +
      new Date()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replaceAll(':', ''),
  );
  // Under another name until it is whole: a backup that broke off must not push out one that did not.
  const unfinished = join(folder, `${prefix}unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const keep = async (name: string, text: string) => writeFile(join(unfinished, name), text, { mode: 0o600 });
  try {
    await keep('state.json', await exportState(project));
    const stackFile = join(unfinished, basename(project.file));
    await copyFile(project.file, stackFile);
    await chmod(stackFile, 0o600);
    const contact = new SiteContact(site.nodes);
    const swarm = await readSwarmCopy(contact)
      .catch((error: unknown) => log(`the Swarm is left out: ${messageOf(error)}`))
      .finally(() => contact.close());
    if (swarm) await keep('swarm.json', `${JSON.stringify(swarm, null, 2)}\n`);
    const files = (await readdir(unfinished)).sort();
    await rename(unfinished, directory);
    const removed = await removeOld(folder, prefix, options.keep);
    const result: BackedUp = {
      stack: project.stack,
      directory,
      files,
      ...(swarm?.generation !== undefined && { generation: swarm.generation }),
      removed,
    };
    output.done(result, [
      `${directory}: ${files.join(', ')}`,
      ...(removed.length > 0 ? [`${removed.length} older taken away; ${options.keep} are kept`] : []),
    ]);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** By the engine's own command: the Automation API's `exportStack` would show the secrets. */
async function exportState({ stack, projectDirectory }: StackPlace): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(
      'pulumi',
      ['stack', 'export', '--stack', stack, '--cwd', projectDirectory, '--non-interactive'],
      { maxBuffer: 1 << 30 },
    );
    return stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT')
      throw new Error(
        'pulumi is not in PATH. Install it (https://www.pulumi.com/docs/install/), then run the command again.',
        { cause: error },
      );
    throw new Error(`Pulumi's state can't be had, so no backup was made: ${stderr.trim()}`, { cause: error });
  }
}

/** @returns the folders that were taken away. */
async function removeOld(folder: string, prefix: string, keep: number): Promise<string[]> {
  const old = oldBackups(await readdir(folder), prefix, keep).map((name) => join(folder, name));
  await Promise.all(old.map((each) => rm(each, { recursive: true })));
  return old;
}

/** Of a folder's names, those of this stack's backups that are too many; other names, another stack's too, stay. */
export function oldBackups(names: readonly string[], prefix: string, keep: number): string[] {
  const own = names.filter(
    (name) => name.startsWith(prefix) && /^\d{4}-\d\d-\d\dT\d{6}Z$/.test(name.slice(prefix.length)),
  );
  return own.sort().slice(0, Math.max(0, own.length - keep));
}
