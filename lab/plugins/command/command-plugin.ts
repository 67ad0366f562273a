import { randomBytes } from 'node:crypto';
import type { CallContext, Plugin, UpdateCall } from '../provider/calls';
import type { Bag, Json } from '../provider/json';
import { sameJson } from '../provider/same-json';
import { bare, isUnknown, UNKNOWN } from '../provider/special-value';
import { checkedInputs, INPUTS } from './command-inputs';
import { COMMAND_VERSION } from './command-version';
import { CONNECTION_DEFAULTS, type Connection } from './connection';
import { objectDiff } from '../provider/object-diff';
import type { Outcome, Run } from './run';
import { runLocal } from './run-local';
import { runRemote } from './run-remote';

/** The stand-in of the command plugin: `local.Command` and `remote.Command`. */
export function commandPlugin(): Plugin {
  return {
    version: COMMAND_VERSION,
    takesSecrets: true,
    checkConfig: () => [],
    configure: () => undefined,

    check({ type, news }) {
      inputsOf(type);
      return checkedInputs(type, news);
    },

    diff({ type, oldInputs, news }) {
      inputsOf(type);
      const detailedDiff = objectDiff(withoutInternals(oldInputs), withoutInternals(news));
      const paths = Object.keys(detailedDiff);
      return {
        changes: paths.length > 0 ? 'DIFF_SOME' : 'DIFF_NONE',
        detailedDiff,
        diffs: [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path))].sort(),
        // A change of `triggers` replaces too, but it is the SDK that asks the engine for that.
        replaces: [],
        stables: [],
        deleteBeforeReplace: false,
      };
    },

    async create({ type, name, properties, preview }, context) {
      inputsOf(type);
      const id = name + randomBytes(4).toString('hex');
      const outputs = preview
        ? { stdout: UNKNOWN, stderr: UNKNOWN }
        : await run(properties['create'], properties, {}, context);
      return { id, properties: { ...properties, ...outputs } };
    },

    // As the official plugin: there is nothing to look at.
    read: ({ id, inputs, properties }) => Promise.resolve({ id, inputs, properties }),

    async update(call, context) {
      const { type, olds, news, preview } = call;
      inputsOf(type);
      const outputs = preview
        ? beforehand(call)
        : await run(news['update'] ?? news['create'], news, olds, context);
      return { properties: { ...news, ...outputs } };
    },

    async delete({ type, properties }, context) {
      inputsOf(type);
      await run(properties['delete'], properties, properties, context);
    },

    close: () => undefined,
  };
}

function inputsOf(type: string): string[] {
  const inputs = INPUTS[type];
  if (inputs !== undefined) return Object.keys(inputs);
  throw new Error(
    `resource type "${type}" is not among those that the lab's stand-in has (${Object.keys(INPUTS).join(', ')}): ` +
      `use the official plugin`,
  );
}

/** Runs a command, if there is one; the outputs stay as they were else. */
async function run(
  command: Bag[string] | undefined,
  inputs: Bag,
  before: Bag,
  context: CallContext,
): Promise<Bag & Outcome> {
  const stdout = textOf(before['stdout']);
  const stderr = textOf(before['stderr']);
  const line = bare(command);
  if (typeof line !== 'string') return { stdout, stderr };
  const plain = bare(inputs) as Partial<Pick<Run, 'stdin' | 'dir' | 'interpreter' | 'logging'>> & {
    environment?: Record<string, string>;
    addPreviousOutputInEnv?: boolean;
    connection?: Partial<Connection> & Pick<Connection, 'host'>;
  };
  const { stdin, dir, interpreter, logging, environment, addPreviousOutputInEnv = true, connection } = plain;
  const previous = addPreviousOutputInEnv
    ? {
        ...(stdout === '' ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
        ...(stderr === '' ? {} : { PULUMI_COMMAND_STDERR: stderr }),
      }
    : {};
  const whole: Run = {
    command: line,
    environment: { ...environment, ...previous },
    stdin,
    dir,
    interpreter: interpreter?.length === 0 ? undefined : interpreter,
    logging,
    log: (text) => context.log('info', text, true),
  };
  const outcome =
    connection === undefined
      ? await runLocal(whole, context.signal)
      : await runRemote({ ...CONNECTION_DEFAULTS, ...connection }, whole, context);
  return { ...outcome };
}

function textOf(value: Json | undefined): string {
  const plain = bare(value);
  return typeof plain === 'string' ? plain : '';
}

/** The outputs that a preview of an update can know: those of last time, unless an input changes. */
function beforehand({ type, olds, news }: UpdateCall): Bag {
  const changes = inputsOf(type).some(
    (name) => isUnknown(news[name]) || (name in olds && !sameJson(bare(olds[name]), bare(news[name]))),
  );
  const { stdout = '', stderr = '' } = olds;
  return changes ? { stdout: UNKNOWN, stderr: UNKNOWN } : { stdout, stderr };
}

/** The engine's own entries, and the version of the plugin, are no inputs. */
function withoutInternals(inputs: Bag): Bag {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => name !== 'version' && !name.startsWith('__')),
  );
}
