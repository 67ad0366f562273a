import type { CallContext, UpdateCall } from '../provider/calls';
import type { Bag } from '../provider/json';
import { asSecret, UNKNOWN } from '../provider/special-value';
import { commandPlugin } from './command-plugin';

const plugin = commandPlugin();
const context: CallContext = { signal: new AbortController().signal, log: () => undefined };
const about = {
  urn: 'urn:pulumi:dev::test::command:local:Command::c',
  name: 'c',
  type: 'command:local:Command',
};
const update = (olds: Bag, news: Bag, preview = false): UpdateCall => ({
  ...about,
  id: 'c1',
  olds,
  oldInputs: olds,
  news,
  ignoreChanges: [],
  preview,
});

describe('update', () => {
  it('runs create where there is no update, with the outputs of last time in the environment', async () => {
    const olds = { create: 'x', stdout: 'before', stderr: '' };
    const news = { create: 'echo "$PULUMI_COMMAND_STDOUT"; test -z "${PULUMI_COMMAND_STDERR+x}"' };
    await expect(plugin.update(update(olds, news), context)).resolves.toEqual({
      properties: { ...news, stdout: 'before', stderr: '' },
    });
  });

  it('keeps them out of the environment where it is told to', async () => {
    const news = { create: 'echo "${PULUMI_COMMAND_STDOUT-none}"', addPreviousOutputInEnv: false };
    const answer = plugin.update(update({ stdout: 'before', stderr: '' }, news), context);
    await expect(answer).resolves.toMatchObject({ properties: { stdout: 'none' } });
  });

  it('runs nothing and keeps the outputs where there is nothing to run', async () => {
    const answer = plugin.update(update({ stdout: 'o', stderr: 'e' }, { delete: 'exit 1' }), context);
    await expect(answer).resolves.toEqual({ properties: { delete: 'exit 1', stdout: 'o', stderr: 'e' } });
  });

  it('knows the outputs beforehand only where no input changes', async () => {
    const olds = { create: 'a', stdout: 'o', stderr: '' };
    await expect(plugin.update(update(olds, { create: 'a' }, true), context)).resolves.toMatchObject({
      properties: { stdout: 'o' },
    });
    await expect(plugin.update(update(olds, { create: UNKNOWN }, true), context)).resolves.toMatchObject({
      properties: { stdout: UNKNOWN },
    });
  });
});

describe('create', () => {
  it('runs with secret variables, keeps them secret, and does not make the output secret', async () => {
    const properties = { create: 'echo $TOKEN', environment: { TOKEN: asSecret('hidden') } };
    const answer = plugin.create({ ...about, properties, preview: false }, context);
    await expect(answer).resolves.toMatchObject({ properties: { ...properties, stdout: 'hidden' } });
  });

  it('has empty outputs where there is nothing to run', async () => {
    const answer = plugin.create({ ...about, properties: {}, preview: false }, context);
    await expect(answer).resolves.toMatchObject({ properties: { stdout: '', stderr: '' } });
  });
});

describe('diff', () => {
  it('names what came, went and changed, and compares a secret as a whole', () => {
    const olds = {
      create: 'a',
      delete: 'd',
      environment: { A: '1', 'B-C': '2' },
      connection: asSecret({ host: 'x' }),
    };
    const news = {
      create: 'b',
      stdin: 's',
      environment: { A: '1', 'B-C': '3' },
      connection: asSecret({ host: 'y' }),
    };
    expect(plugin.diff(update(olds, news)).detailedDiff).toEqual({
      create: 'UPDATE',
      delete: 'DELETE',
      stdin: 'ADD',
      'environment["B-C"]': 'UPDATE',
      connection: 'UPDATE',
    });
  });
});

describe('check', () => {
  const check = (type: string, news: Bag) => plugin.check({ ...about, type, olds: {}, news });

  it('names properties that it does not know, and values of a wrong type', () => {
    const { failures } = check(about.type, { create: 7, enviroment: {}, archivePaths: ['*'] });
    expect(failures.map(({ property }) => property)).toEqual(['create', 'enviroment', 'archivePaths']);
    expect(failures[2]?.reason).toContain('use the official plugin');
  });

  it('completes a connection, and keeps its keys secret', () => {
    const { inputs, failures } = check('command:remote:Command', {
      connection: { host: 'pi1', privateKey: 'k' },
    });
    expect(failures).toEqual([]);
    expect(inputs['connection']).toEqual(
      asSecret({
        host: 'pi1',
        port: 22,
        user: 'root',
        dialErrorLimit: 10,
        perDialTimeout: 15,
        privateKey: asSecret('k'),
      }),
    );
  });

  it('refuses a remote command without a connection, and one with variables', () => {
    const { failures } = check('command:remote:Command', { environment: { A: '1' } });
    expect(failures.map(({ property }) => property)).toEqual(['connection', 'environment']);
  });
});
