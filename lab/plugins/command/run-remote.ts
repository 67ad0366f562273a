import { constants } from 'node:os';
import type { Client } from 'ssh2';
import type { CallContext } from '../provider/calls';
import { CommandOutput } from './command-output';
import type { Connection } from './connection';
import { dial } from './dial';
import { goQuote } from './go-quote';
import type { Outcome, Run } from './run';

/**
 * Runs a command on another machine, as the official plugin does. Its variables are offered to the machine's sshd,
 * which takes them only where AcceptEnv allows it, and ignores them else.
 *
 * @param connection the other machine
 * @param run the command, and what it gets; `dir` and `interpreter` do not count
 * @param context ends it: the connection closes
 * @throws Error where the machine can't be reached, or the command does not end with status 0
 */
export async function runRemote(connection: Connection, run: Run, context: CallContext): Promise<Outcome> {
  const client = await dial(connection, context);
  const cancel = () => client.destroy();
  context.signal.addEventListener('abort', cancel, { once: true });
  const output = new CommandOutput(run.logging, run.log);
  try {
    const failure = await ended(client, run, output);
    output.end();
    if (failure !== undefined) {
      throw new Error(`${failure}: running ${goQuote(run.command)}:\n${output.everything()}`);
    }
  } finally {
    context.signal.removeEventListener('abort', cancel);
    client.end();
  }
  return { stdout: output.text('stdout'), stderr: output.text('stderr') };
}

/** Resolves when the command has ended, with how it failed, if it did. */
function ended(
  client: Client,
  { command, environment, stdin }: Run,
  output: CommandOutput,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    client.once('close', () => reject(new Error('ssh: connection lost')));
    client.exec(command, { env: environment }, (error, channel) => {
      if (error !== undefined) return reject(error);
      // At once: a short command's status can be in the same packet as the answer to the request.
      let failure: string | undefined = 'wait: remote command exited without exit status or exit signal';
      channel.on('data', (chunk: Buffer) => output.take('stdout', chunk));
      channel.stderr.on('data', (chunk: Buffer) => output.take('stderr', chunk));
      channel.on('exit', (status: number | null, name?: string) => (failure = exitFailure(status, name)));
      channel.once('close', () => resolve(failure));
      channel.on('error', () => undefined).end(stdin ?? '');
    });
  });
}

/** How a command ended, in the words of Go's SSH library; nothing where it ended well. */
function exitFailure(status: number | null, signal: string | undefined): string | undefined {
  if (signal === undefined || signal === '') {
    return status === 0 ? undefined : `Process exited with status ${status}`;
  }
  const name = signal.replace(/^SIG/, '');
  const number = constants.signals[`SIG${name}` as NodeJS.Signals];
  return `Process exited with status ${number === undefined ? 0 : 128 + number} from signal ${name}`;
}
