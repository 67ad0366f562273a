import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { noPulumi, type StackPlace } from './converge';

/**
 * The content of an entry of `evenkeel:secrets`, which only Pulumi can decrypt. It is in no process list: Pulumi prints it.
 * @throws Error naming the entry, without its content
 */
export async function readSecret(
  { stack, projectDirectory, file }: StackPlace,
  name: string,
): Promise<string> {
  const words = [
    'config',
    'get',
    '--path',
    `evenkeel:secrets["${name}"]`,
    '--stack',
    stack,
    '--config-file',
    file,
  ];
  try {
    const { stdout } = await promisify(execFile)('pulumi', words, { cwd: projectDirectory });
    return stdout.replace(/\n$/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Error(noPulumi);
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(`evenkeel:secrets.${name} can't be read: ${stderr.trim()}`);
  }
}
