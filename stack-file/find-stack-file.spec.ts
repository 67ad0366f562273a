import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findStackFile } from './find-stack-file';

describe('findStackFile', () => {
  let root: string;
  let project: string;
  let home: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'evenkeel-')));
    project = join(root, 'project');
    home = join(root, 'pulumi-home');
    env = { PULUMI_HOME: home };
    await put('project/Pulumi.yaml', 'name: evenkeel\nruntime: nodejs\nstackConfigDir: stacks\n');
    await put('project/stacks/Pulumi.example.yaml');
    await put('project/stacks/README.md');
  });
  afterEach(() => rm(root, { recursive: true }));

  async function put(path: string, text = ''): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }

  const putStacks = (...names: string[]) =>
    Promise.all(names.map((name) => put(`project/stacks/Pulumi.${name}.yaml`)));

  /** As Pulumi 3.259 writes it (measured: the name for /tmp/pt/real/Pulumi.yaml had the SHA-1 of just that text). */
  const select = (settings: object, path = project) => {
    const hash = createHash('sha1').update(`${path}/Pulumi.yaml`).digest('hex');
    return put(`pulumi-home/workspaces/evenkeel-${hash}-workspace.json`, JSON.stringify(settings));
  };

  const stackFile = (name: string) => join(project, 'stacks', `Pulumi.${name}.yaml`);
  const stackFrom = async (question: Partial<Parameters<typeof findStackFile>[0]> = {}) =>
    (await findStackFile({ cwd: project, env, ...question })).stack;

  it('finds the only stack from any folder of the project', async () => {
    await putStacks('home');
    const found = { stack: 'home', fullName: 'home', file: stackFile('home'), projectDirectory: project };
    expect(await findStackFile({ cwd: project, env })).toEqual(found);
    expect(await findStackFile({ cwd: join(project, 'stacks'), env })).toEqual(found);
  });

  it('looks beside Pulumi.yaml when it names no folder', async () => {
    await put('project/Pulumi.yaml', 'name: evenkeel\n');
    await put('project/Pulumi.home.yaml');
    expect((await findStackFile({ cwd: project, env })).file).toBe(join(project, 'Pulumi.home.yaml'));
  });

  it('takes the given name before PULUMI_STACK, that before the selected one, and that before the only one', async () => {
    await putStacks('given', 'environment', 'selected', 'other');
    await select({ stacks: { 'file://~': 'organization/evenkeel/selected' } });
    expect(await stackFrom()).toBe('selected');
    env.PULUMI_STACK = 'environment';
    expect(await stackFrom()).toBe('environment');
    expect(await stackFrom({ stack: 'given' })).toBe('given');
  });

  it('takes the last part of a full name for the file, and keeps it for pulumi', async () => {
    await putStacks('home');
    expect(await findStackFile({ cwd: project, env, stack: 'club/evenkeel/home' })).toMatchObject({
      stack: 'home',
      fullName: 'club/evenkeel/home',
      file: stackFile('home'),
    });
  });

  it('takes a config file from elsewhere, and the stack from its name before the selected one', async () => {
    await putStacks('home');
    await select({ stack: 'home' });
    await put('elsewhere/Pulumi.office.yaml');
    const file = join(root, 'elsewhere', 'Pulumi.office.yaml');
    const configFile = '../elsewhere/Pulumi.office.yaml';
    expect(await findStackFile({ cwd: project, env, configFile })).toMatchObject({ stack: 'office', file });
    expect(await findStackFile({ cwd: project, env, configFile, stack: 'home' })).toMatchObject({
      stack: 'home',
      file,
    });
    await put('elsewhere/other.yaml');
    expect(await findStackFile({ cwd: project, env, configFile: '../elsewhere/other.yaml' })).toMatchObject({
      stack: 'home',
      file: join(root, 'elsewhere', 'other.yaml'),
    });
  });

  describe('reads what Pulumi has selected', () => {
    beforeEach(() => putStacks('a', 'b', 'c'));
    const [cloud, local] = ['https://api.pulumi.com', 'file:///state'];

    it.each([
      ['of an older Pulumi', { stack: 'b' }, {}, 'b'],
      ['of the only backend', { stacks: { [cloud]: 'club/evenkeel/b' }, stack: 'a' }, {}, 'b'],
      [
        'of the backend in use',
        { stacks: { [cloud]: 'b', [local]: 'c' } },
        { PULUMI_BACKEND_URL: local },
        'c',
      ],
      ['of two backends, when it is the same', { stacks: { [cloud]: 'b', [local]: 'b' } }, {}, 'b'],
      [
        'when the backend has none, of an older Pulumi',
        { stacks: { [cloud]: 'b' }, stack: 'c' },
        { PULUMI_BACKEND_URL: local },
        'c',
      ],
    ])('%s', async (_, settings, more, stack) => {
      await select(settings);
      expect(await stackFrom({ env: { ...env, ...more } })).toBe(stack);
    });

    it('of the backend in Pulumi.yaml', async () => {
      await put(
        'project/Pulumi.yaml',
        `name: evenkeel\nstackConfigDir: stacks\nbackend: { url: '${local}' }\n`,
      );
      await select({ stacks: { [cloud]: 'b', [local]: 'c' } });
      expect(await stackFrom()).toBe('c');
    });

    it.each([
      ['two backends differ and none is said to be in use', { stacks: { [cloud]: 'a', [local]: 'b' } }, {}],
      ['the backend in use has none', { stacks: { [cloud]: 'a' } }, { PULUMI_BACKEND_URL: local }],
      ['PULUMI_STACK is empty', { stack: 'a' }, { PULUMI_STACK: '' }],
      ['the file is no map', [], {}],
    ])('not when %s', async (_, settings, more) => {
      await select(settings);
      await expect(stackFrom({ env: { ...env, ...more } })).rejects.toThrow('Which stack is not said.');
    });

    it('under the path by which the shell got there, through a symlink', async () => {
      await symlink(project, join(root, 'link'));
      await select({ stack: 'b' }, join(root, 'link'));
      await expect(stackFrom()).rejects.toThrow('Which stack is not said.');
      const PWD = join(root, 'link', 'stacks');
      expect(await stackFrom({ cwd: join(project, 'stacks'), env: { ...env, PWD } })).toBe('b');
      expect(await stackFrom({ cwd: join(root, 'link', 'stacks') })).toBe('b');
    });
  });

  describe('says what to do when', () => {
    it('there are several stacks and none is said', async () => {
      await putStacks('home', 'club');
      await expect(stackFrom()).rejects.toThrow(
        `Which stack is not said. Stacks with a file in ${join(project, 'stacks')}: club, home. ` +
          'Choose with --stack club, or `pulumi stack select club`.',
      );
    });

    it('there is none but the example', async () => {
      const copy = `There is no stack file in ${join(project, 'stacks')} yet: copy Pulumi.example.yaml to Pulumi.<your site>.yaml there.`;
      await expect(stackFrom()).rejects.toThrow(`Which stack is not said. ${copy}`);
      await expect(stackFrom({ stack: 'example' })).rejects.toThrow(
        `${stackFile('example')} is an example, no site of yours. ${copy}`,
      );
    });

    it('the stack has no file', async () => {
      await putStacks('home');
      await expect(stackFrom({ stack: 'hme' })).rejects.toThrow(
        `The stack hme has no file ${stackFile('hme')}. Stacks with a file in ${join(project, 'stacks')}: home.`,
      );
      await expect(stackFrom({ configFile: 'x/Pulumi.y.yaml' })).rejects.toThrow(
        `The stack y has no file ${join(project, 'x', 'Pulumi.y.yaml')}.`,
      );
    });

    it('there is no project', async () => {
      await expect(stackFrom({ cwd: root })).rejects.toThrow(
        `There is no Pulumi.yaml in ${root} nor in a folder above it`,
      );
    });

    it.each([
      ['name: [', "can't be read as YAML"],
      ['runtime: nodejs', 'has no name'],
    ])('Pulumi.yaml is %j', async (text, message) => {
      await put('project/Pulumi.yaml', text);
      await expect(stackFrom()).rejects.toThrow(`${join(project, 'Pulumi.yaml')} ${message}`);
    });
  });
});
