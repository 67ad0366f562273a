import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { isPlainMap } from './plain';

/** A Pulumi project, and whose selection is asked for. */
export interface SelectionQuestion {
  /** Where Pulumi.yaml is; absolute. */
  projectDirectory: string;
  /** The project's name. */
  project: string;
  /** The backend in Pulumi.yaml. */
  backend?: string;
  env: NodeJS.ProcessEnv;
}

/**
 * The stack that `pulumi stack select` selected for a project; undefined when none is, or when several backends have
 * one each and neither PULUMI_BACKEND_URL nor Pulumi.yaml says which backend is meant (credentials are not read).
 *
 * Pulumi 3.259 keeps it (pkg/workspace/workspace.go, settings.go; measured) in
 * `~/.pulumi/workspaces/<project>-<SHA-1 of Pulumi.yaml's path>-workspace.json` as `stacks: { <backend>: <stack> }`;
 * older ones as `stack: <stack>`. The path is the shell's, so behind a symlink it may differ from the real one.
 */
export async function selectedStack(question: SelectionQuestion): Promise<string | undefined> {
  const { project, backend, env } = question;
  const home = env.PULUMI_HOME || join(homedir(), '.pulumi');
  for (const directory of await pathsOf(question)) {
    const hash = createHash('sha1').update(join(directory, 'Pulumi.yaml')).digest('hex');
    const settings = await readSettings(join(home, 'workspaces', `${project}-${hash}-workspace.json`));
    const selected = settings && selection(settings, env.PULUMI_BACKEND_URL || backend);
    if (selected) return selected;
  }
  return undefined;
}

/** The names of the project's folder: the one given, the shell's and the real one. */
async function pathsOf({ projectDirectory, env }: SelectionQuestion): Promise<string[]> {
  const real = await realpath(projectDirectory);
  const shell = env.PWD;
  const realShell = shell && (await realpath(shell).catch(() => undefined));
  // The shell may stand in a folder of the project: as far up from its own name for that folder.
  const viaShell = shell && realShell ? [join(shell, relative(realShell, real))] : [];
  const isSame = async (path: string) => (await realpath(path).catch(() => undefined)) === real;
  const checked = await Promise.all(viaShell.map(async (path) => ((await isSame(path)) ? [path] : [])));
  return [...new Set([...checked.flat(), projectDirectory, real])];
}

async function readSettings(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const settings: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isPlainMap(settings) ? settings : undefined;
  } catch {
    // As good as nothing selected: Pulumi itself complains about a broken file when it runs.
    return undefined;
  }
}

function selection(settings: Record<string, unknown>, backend: string | undefined): string | undefined {
  const stacks = isPlainMap(settings.stacks) ? settings.stacks : {};
  const names = [...new Set(Object.values(stacks))];
  if (backend === undefined && names.length > 1) return undefined;
  const selected = (backend === undefined ? names[0] : stacks[backend]) ?? settings.stack;
  return typeof selected === 'string' && selected !== '' ? selected : undefined;
}
