import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must } from './must';
import { run } from './run';
import { checkoutLabel, containerName, labLabel } from './naming';

/** The label with the hash of all that a container was made from: a part whose definition changed is made anew. */
const definitionLabel = 'evenkeel.definition';

/** One container of the lab. */
export interface ContainerDefinition {
  lab: string;
  checkout: string;
  /** `pi1`, `registry`, `outsider`. */
  part: string;
  image: string;
  network: string;
  address: string;
  /** Further options of `docker create`. */
  options: string[];
  /** Arguments after the image. */
  command: string[];
  /** Files to put into it before its first start: absolute path → content and mode. */
  files: Record<string, { content: string | Buffer; mode: number }>;
}

/**
 * Makes the container, or makes it anew when its definition has changed, and starts it when it is not running.
 * Resolves with true when it was made or started, false when it was running already.
 */
export async function ensureContainer(
  docker: string[],
  definition: ContainerDefinition,
  stagingDirectory: string,
): Promise<boolean> {
  const name = containerName(definition.lab, definition.part);
  const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 16);
  const format = `{{.State.Running}} {{.State.Paused}} {{index .Config.Labels "${definitionLabel}"}}`;
  const found = await run([...docker, 'container', 'inspect', '-f', format, name]);
  const [running, paused, foundHash] = found.stdout.trim().split(' ');
  if (found.code === 0 && foundHash === hash) {
    if (paused === 'true') await must([...docker, 'unpause', name]);
    if (running !== 'true') await must([...docker, 'start', name]);
    return running !== 'true';
  }
  if (found.code === 0) await must([...docker, 'rm', '-f', '-v', name]);
  await create(docker, name, hash, definition, stagingDirectory);
  await must([...docker, 'start', name]);
  return true;
}

/** Made under another name, and given its own when it is complete: what has the name has its files. */
async function create(
  docker: string[],
  name: string,
  hash: string,
  definition: ContainerDefinition,
  stagingDirectory: string,
): Promise<void> {
  const { lab, checkout, part, image, network, address, options, command, files } = definition;
  const labels = { [labLabel]: lab, [checkoutLabel]: checkout, [definitionLabel]: hash };
  const draft = `${name}-draft`;
  await run([...docker, 'rm', '-f', '-v', draft]);
  await must([
    ...[...docker, 'create', '--name', draft, '--hostname', part, '--network', network, '--ip', address],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...options,
    image,
    ...command,
  ]);
  const staging = join(stagingDirectory, part);
  rmSync(staging, { recursive: true, force: true });
  makeDirectory(staging, 0o755);
  for (const [path, { content, mode }] of Object.entries(files)) {
    const file = join(staging, path);
    // A copied directory's mode is kept: /root and /root/.ssh must be closed for sshd to trust what is in them.
    const parents = dirname(path).split('/').slice(1);
    parents.forEach((_, at) => {
      makeDirectory(join(staging, ...parents.slice(0, at + 1)), parents[0] === 'root' ? 0o700 : 0o755);
    });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }
  if (Object.keys(files).length > 0) await must([...docker, 'cp', `${staging}/.`, `${draft}:/`]);
  rmSync(staging, { recursive: true, force: true });
  await must([...docker, 'rename', draft, name]);
}

/** Makes a directory whose mode does not depend on this process's umask. */
function makeDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}
