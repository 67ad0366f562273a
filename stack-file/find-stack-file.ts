import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { isPlainMap } from './plain';
import { selectedStack } from './selected-stack';

/** Where somebody works and what they asked for. */
export interface StackQuestion {
  /** The folder from which to look upwards for Pulumi.yaml. */
  cwd: string;
  /** `home` or `organization/project/home`, as in `pulumi --stack`. */
  stack?: string;
  /** A stack file that is elsewhere, as in `pulumi --config-file`; relative to `cwd`. */
  configFile?: string;
  /** Default: `process.env`. PULUMI_STACK, PULUMI_HOME, PULUMI_BACKEND_URL and PWD are read. */
  env?: NodeJS.ProcessEnv;
}

/** A stack of the user's. */
export interface FoundStack {
  /** The site's name: the last part of `fullName`. */
  stack: string;
  /** For `pulumi --stack`: as it was given or selected, so it may begin with `<organization>/<project>/`. */
  fullName: string;
  /** The stack file's path; absolute. */
  file: string;
  /** Where Pulumi.yaml is; absolute. */
  projectDirectory: string;
}

/** What comes with evenkeel to be copied; nobody's site. */
const EXAMPLE = 'example';

/**
 * The stack file that a command is about. Which stack: the one given, else PULUMI_STACK, else the one in the name of
 * `configFile`, else the one that `pulumi stack select` selected, else the only one that has a file.
 * @throws Error that says what to do when there is no project, no such file, or a choice of several
 */
export async function findStackFile({
  cwd,
  stack,
  configFile,
  env = process.env,
}: StackQuestion): Promise<FoundStack> {
  const { projectDirectory, folder, project } = await findFolders(cwd);
  const stacks = await stacksIn(folder);
  const fullName =
    nonEmpty(stack) ??
    nonEmpty(env.PULUMI_STACK) ??
    (configFile && stackOf(configFile)) ??
    // Set but empty it means to Pulumi, too, that none is selected.
    (env.PULUMI_STACK === undefined
      ? await selectedStack({ projectDirectory, ...project, env })
      : undefined) ??
    theOnly(stacks, folder);
  const name = fullName.split('/').at(-1) ?? fullName;
  const file = configFile === undefined ? join(folder, `Pulumi.${name}.yaml`) : resolve(cwd, configFile);
  if (configFile === undefined && name === EXAMPLE)
    throw new Error(`${file} is an example, no site of yours. ${remedy(stacks, folder)}`);
  if (!(await isFile(file)))
    throw new Error(
      `The stack ${name} has no file ${file}. ${configFile ? '' : remedy(stacks, folder)}`.trim(),
    );
  return { stack: name, fullName, file, projectDirectory };
}

/**
 * The project's folder and that of its stack files, as seen from a folder in it.
 * @throws Error when there is no project, or its Pulumi.yaml can't be read
 */
export async function findFolders(cwd: string): Promise<{
  projectDirectory: string;
  /** Where the stack files are; absolute. */
  folder: string;
  project: { project: string; backend?: string; stackConfigDir: string };
}> {
  const projectDirectory = await findProject(resolve(cwd));
  const project = await readProject(join(projectDirectory, 'Pulumi.yaml'));
  return { projectDirectory, folder: resolve(projectDirectory, project.stackConfigDir), project };
}

async function findProject(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    if (await isFile(join(folder, 'Pulumi.yaml'))) return folder;
    if (folder === dirname(folder))
      throw new Error(
        `There is no Pulumi.yaml in ${from} nor in a folder above it; run this in your checkout of evenkeel.`,
      );
  }
}

async function readProject(
  file: string,
): Promise<{ project: string; backend?: string; stackConfigDir: string }> {
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'));
  } catch {
    throw new Error(`${file} can't be read as YAML; \`pulumi about\` says what is wrong with it.`);
  }
  const { name, stackConfigDir, backend } = isPlainMap(content) ? content : {};
  if (typeof name !== 'string') throw new Error(`${file} has no name; Pulumi needs one.`);
  return {
    project: name,
    backend: isPlainMap(backend) && typeof backend.url === 'string' ? backend.url : undefined,
    stackConfigDir: typeof stackConfigDir === 'string' ? stackConfigDir : '.',
  };
}

async function stacksIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .map((name) => stackOf(name))
    .filter((name) => name !== undefined && name !== EXAMPLE)
    .map(String)
    .sort();
}

function stackOf(file: string): string | undefined {
  return /^Pulumi\.(.+)\.yaml$/.exec(basename(file))?.[1];
}

function theOnly(stacks: readonly string[], folder: string): string {
  const [only, ...others] = stacks;
  if (only === undefined || others.length > 0)
    throw new Error(`Which stack is not said. ${remedy(stacks, folder)}`);
  return only;
}

function remedy(stacks: readonly string[], folder: string): string {
  if (stacks.length === 0)
    return `There is no stack file in ${folder} yet: copy Pulumi.example.yaml to Pulumi.<your site>.yaml there.`;
  const select = `\`pulumi stack select ${stacks[0]}\``;
  return `Stacks with a file in ${folder}: ${stacks.join(', ')}. Choose with --stack ${stacks[0]}, or ${select}.`;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
