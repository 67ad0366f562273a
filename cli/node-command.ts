import { InvalidArgumentError, type Command } from 'commander';
import { isHostKey } from '../config/host-key';
import { drainNode, markNode, resumeNode } from './node-drain';
import { listNodes } from './node-list';
import { outages, type Outage } from './node-outage';
import { removeNode } from './node-remove';
import { rotateKey } from './node-rotate-key';
import { replaceNode } from './node-replace';
import { outputOf } from './change-release';
import { stackCommand, type StackOptions } from './stack-options';

/** The options of `evenkeel node`. */
export interface NodeOptions extends StackOptions {
  /** Ask nothing. */
  yes?: boolean;
  /** The result as JSON on standard output, all else on standard error. */
  json?: boolean;
  /** Edit the stack file and stop. */
  configOnly?: boolean;
  /** With reboot and update: each machine of the site, one after the other. */
  all?: boolean;
  /** With replace: of the new machine. */
  hostKey?: string;
}

const steps = ['drain', 'resume', 'reboot', 'update', 'replace', 'remove', 'rotate-key'];

const description = `Maintenance of one machine at a time, without a lost request; without a name: how they all are

  drain    take it out; the stack file then says maintenance: true
  resume   bring it back: every edge finds its tasks healthy before it serves
  reboot   out, boot, back
  update   out, the newest Docker of its packages, back
  replace  put a new, blank machine in its place: same name, same address
  remove   for good, out of the Swarm too; the managers stay odd in number
  rotate-key  a new key of the mesh (evenkeel:mesh), while all goes on

Of the only machine of a site, drain, reboot and update take it out of DNS meanwhile, where evenkeel:pool has other sites.

Each says why when it can't be done as things stand (exit code 3), and goes on where it was when it is run again.`;

/** `evenkeel node`: the machines of the site. */
export function nodeCommand(): Command {
  return stackCommand('node', description, [
    'node                            # machines: state, roles, edge, tasks, Docker',
    'node pi2 drain                  # before you work on it',
    'node pi2 resume',
    'node pi2 reboot',
    'node reboot --all               # one after the other, each back before the next one goes',
    'node update --all --yes         # Docker, the same way',
    "node pi2 replace --host-key 'ssh-ed25519 AAAA…'",
    'node pi5 remove',
    'node pi2 rotate-key',
  ])
    .summary('How the machines are; take one out, reboot it, replace it, without a lost request')
    .argument('[name]', 'its name in evenkeel:nodes')
    .argument('[step]', steps.join(', '))
    .option('--all', 'with reboot and update: all machines, one after the other')
    .option(
      '--host-key <key>',
      'with replace: of the new machine; default: the one in the stack file',
      readHostKey,
    )
    .option('--yes', 'ask nothing')
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .option(
      '--config-only',
      'with drain (of a dead machine), resume and remove: edit the stack file and stop there',
    )
    .action(
      async (name: string | undefined, step: string | undefined, options: NodeOptions, command: Command) => {
        const wrong = misuse(name, step, options);
        if (wrong) command.error(`error: ${wrong}`);
        await run(name, step, options);
      },
    );
}

/** What is wrong with the words of a command line. */
function misuse(
  name: string | undefined,
  step: string | undefined,
  options: NodeOptions,
): string | undefined {
  const what = options.all ? name : step;
  if (options.all) {
    if (step !== undefined || (name !== 'reboot' && name !== 'update'))
      return '--all goes with reboot or update and no name, e.g. node reboot --all';
  } else if (name !== undefined && (step === undefined || !steps.includes(step)))
    return `${name} what? One of ${steps.join(', ')}, e.g. node ${name} drain`;
  if (options.hostKey !== undefined && what !== 'replace') return '--host-key goes with replace';
  if (options.configOnly && !['drain', 'resume', 'remove'].includes(what ?? ''))
    return '--config-only goes with drain, resume and remove';
  return undefined;
}

function run(name: string | undefined, step: string | undefined, options: NodeOptions): Promise<void> {
  const output = outputOf(options);
  if (name === undefined) return listNodes(options);
  if (options.all) return outages(name as Outage, undefined, options, output);
  switch (step ?? '') {
    case 'drain':
      return options.configOnly ? markNode(name, true, options, output) : drainNode(name, options, output);
    case 'resume':
      return options.configOnly ? markNode(name, false, options, output) : resumeNode(name, options, output);
    case 'replace':
      return replaceNode(name, options, output);
    case 'remove':
      return removeNode(name, options, output);
    case 'rotate-key':
      return rotateKey(name, options, output);
    default:
      return outages(step as Outage, name, options, output);
  }
}

function readHostKey(value: string): string {
  if (isHostKey(value.trim())) return value.trim();
  throw new InvalidArgumentError(
    "a public key, as `ssh-keyscan -t ed25519 ADDRESS` prints it: 'ssh-ed25519 AAAA…'.",
  );
}
