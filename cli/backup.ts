import { execFile } from 'node:child_process';
import { copyFile, chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { NodeConfig } from '../config/site-config';
import { SiteContact, messageOf } from '../edge/site-contact';
import { readSwarmCopy } from '../edge/swarm-copy';
import { listNodes } from '../edge/swarm-state';
import { managerToCopy } from '../machine/manager-to-copy';
import { copySwarmFolder } from '../machine/swarm-folder';
import { archiveFile, swarmFile, type KeptSwarm } from './backup-files';
import type { Output } from './change-release';
import { noPulumi, type StackPlace } from './converge';
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
  /** Generation of the label. */
  generation?: number;
  /** The manager that the Swarm's state was copied from. */
  manager: string;
  /** How long its dockerd was held for that, in ms; its containers went on. */
  heldMs: number;
  /** Folders of older backups that were taken away. */
  removed: string[];
}

/**
 * Keeps what can't be made anew from the config: Pulumi's state with the stack file beside it, in which secrets are
 * encrypted, and the state of the Swarm from the manager that leads, in which they are not.
 *
 * @throws Error when Pulumi's state can't be had, and, once that is kept, when the Swarm's can't: a backup without it is
 * no reason to take an older one away.
 */
export async function backUp(options: BackupOptions, output: Output): Promise<void> {
  const project = await openProject(options);
  const { nodes } = project.siteWith(project.release);
  const folder = resolve(options.to);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const prefix = `${project.stackName}-`;
  const directory = await freeFolder(folder, prefix);
  // Under another name until it is whole: a backup that broke off must not push out one that did not.
  const unfinished = join(folder, `${prefix}unfinished`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  try {
    await keep(unfinished, 'state.json', await exportState(project));
    const stackFile = join(unfinished, basename(project.file));
    await copyFile(project.file, stackFile);
    await chmod(stackFile, 0o600);
    const swarm = await keepSwarm(unfinished, nodes).catch((error: unknown) => error as Error);
    const partly = swarm instanceof Error ? `${directory}-without-swarm` : directory;
    await rename(unfinished, partly);
    if (swarm instanceof Error)
      throw new Error(
        `${partly} has Pulumi's state and the stack file, but the Swarm's state can't be had: ${messageOf(swarm)}\n` +
          `No older backup was taken away.`,
        { cause: swarm },
      );
    const removed = await removeOld(folder, prefix, options.keep);
    const files = (await readdir(directory)).sort();
    output.done({ stack: project.stack, directory, files, ...swarm, removed } satisfies BackedUp, [
      `${directory}: ${files.join(', ')}`,
      `the Swarm's state is from ${swarm.manager}, whose dockerd was held for ${swarm.heldMs} ms`,
      ...(removed.length > 0 ? [`${removed.length} older taken away; ${options.keep} are kept`] : []),
    ]);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Named after the second: where that is taken, the next one. Nobody wants two of the same second, but nobody an error. */
async function freeFolder(folder: string, prefix: string): Promise<string> {
  for (;;) {
    const at = new Date()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '');
    if (!(await readdir(folder)).some((name) => name.startsWith(prefix + at)))
      return join(folder, prefix + at);
    await sleep(100);
  }
}

const keep = (folder: string, name: string, content: string | Buffer) =>
  writeFile(join(folder, name), content, { mode: 0o600 });

async function keepSwarm(
  folder: string,
  nodes: readonly NodeConfig[],
): Promise<Pick<BackedUp, 'manager' | 'heldMs' | 'generation'>> {
  const contact = new SiteContact(nodes);
  try {
    const asked = await contact.firstManager();
    const copy = await readSwarmCopy(asked);
    const manager = managerToCopy(await listNodes(asked.docker), nodes);
    const { archive, heldMs } = await copySwarmFolder(await contact.session(manager));
    await keep(folder, archiveFile, archive);
    const kept: KeptSwarm = { manager, ...copy };
    await keep(folder, swarmFile, `${JSON.stringify(kept, null, 2)}\n`);
    return { manager, heldMs, ...(copy.generation !== undefined && { generation: copy.generation }) };
  } finally {
    contact.close();
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
    if (code === 'ENOENT') throw new Error(noPulumi, { cause: error });
    throw new Error(`Pulumi's state can't be had, so no backup was made: ${stderr.trim()}`, { cause: error });
  }
}

/** @returns the folders that were taken away. */
async function removeOld(folder: string, prefix: string, count: number): Promise<string[]> {
  const old = oldBackups(await readdir(folder), prefix, count).map((name) => join(folder, name));
  await Promise.all(old.map((each) => rm(each, { recursive: true })));
  return old;
}

/** Of a folder's names, those of this stack's backups that are too many; other names, another stack's too, stay. */
export function oldBackups(names: readonly string[], prefix: string, count: number): string[] {
  const own = names.filter(
    (name) => name.startsWith(prefix) && /^\d{4}-\d\d-\d\dT\d{6}Z$/.test(name.slice(prefix.length)),
  );
  return own.sort().slice(0, Math.max(0, own.length - count));
}
