import type { CheckAnswer, CheckFailure } from '../provider/calls';
import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import { asSecret, bare, isSecret, isUnknown } from '../provider/special-value';
import { CONNECTION_DEFAULTS } from './connection';

/** Whether a value, without marks of secrecy, is of a kind. */
type Fits = (value: Json) => boolean;

const isText: Fits = (value) => typeof value === 'string';
const isTexts: Fits = (value) => Array.isArray(value) && value.every((each) => isText(each));
const isMap: Fits = (value) => isBag(value) && Object.values(value).every((each) => isText(each));
const isBool: Fits = (value) => typeof value === 'boolean';
const isLogging: Fits = (value) => ['stdout', 'stderr', 'stdoutAndStderr', 'none'].includes(value as string);

/** The inputs that both kinds of command have. */
const COMMON: Record<string, Fits> = {
  create: isText,
  update: isText,
  delete: isText,
  triggers: Array.isArray,
  stdin: isText,
  logging: isLogging,
  environment: isMap,
  addPreviousOutputInEnv: isBool,
};

/** The inputs of each type. */
export const INPUTS: Record<string, Record<string, Fits>> = {
  'command:local:Command': { ...COMMON, dir: isText, interpreter: isTexts },
  'command:remote:Command': { ...COMMON, connection: isBag },
};

/** Inputs of the official plugin that the stand-in does not have, with what to do. */
const LEFT_OUT: Record<string, string> = {
  assetPaths: 'use the official plugin',
  archivePaths: 'use the official plugin',
};

const CONNECTION: Record<string, Fits> = {
  host: isText,
  user: isText,
  password: isText,
  privateKey: isText,
  privateKeyPassword: isText,
  agentSocketPath: isText,
  hostKey: isText,
  port: (value) => typeof value === 'number',
  dialErrorLimit: (value) => Number.isInteger(value),
  perDialTimeout: (value) => Number.isInteger(value),
};
const SECRETS = ['password', 'privateKey', 'privateKeyPassword'];

/**
 * Judges a command's inputs and completes them: defaults of the connection, and its keys as secrets.
 *
 * @param type the resource's type
 * @param news what the program gives; nulls count as not given
 */
export function checkedInputs(type: string, news: Bag): CheckAnswer {
  const known = INPUTS[type] ?? {};
  const inputs = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
  const failures = judged(known, inputs, '');
  if (type === 'command:remote:Command') {
    const { connection = null } = inputs;
    if (connection === null) {
      failures.push({ property: 'connection', reason: "Missing required property 'connection'" });
    } else if (!isUnknown(connection)) {
      const inner = isSecret(connection) ? connection['value'] : connection;
      if (isBag(inner)) {
        failures.push(...judged(CONNECTION, inner, 'connection.'));
        if (!('host' in inner)) {
          failures.push({ property: 'connection.host', reason: "Missing required property 'host'" });
        }
        inputs['connection'] = asSecret(completed(inner));
      }
    }
    // sshd takes no variables but those of AcceptEnv: on Debian none. The official plugin fails when it runs the
    // command; ssh2 can't ask sshd for its answer, so the stand-in says so beforehand.
    if ('environment' in inputs) {
      failures.push({
        property: 'environment',
        reason:
          "the lab's stand-in of the command plugin can't pass variables over SSH, and sshd takes none by default: " +
          'write `NAME=value` before the command',
      });
    }
  }
  return { inputs, failures };
}

function judged(known: Record<string, Fits>, inputs: Bag, prefix: string): CheckFailure[] {
  return Object.entries(inputs).flatMap(([name, value]): CheckFailure[] => {
    const property = prefix + name;
    const fits = known[name];
    if (fits === undefined) {
      const remedy = LEFT_OUT[name] ?? `the properties are ${Object.keys(known).join(', ')}`;
      return [
        { property, reason: `"${property}" is not a property that the lab's stand-in knows: ${remedy}` },
      ];
    }
    const plain = bare(value);
    if (isUnknown(plain) || fits(plain)) return [];
    // No value in the message: it may be secret.
    return [{ property, reason: `"${property}" is not of the type that it must be` }];
  });
}

function completed(connection: Bag): Bag {
  const whole: Bag = { ...CONNECTION_DEFAULTS };
  for (const [name, value] of Object.entries(connection)) {
    if (value !== null) whole[name] = SECRETS.includes(name) ? asSecret(value) : value;
  }
  return whole;
}
