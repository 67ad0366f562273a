import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../release/refusal';
import { GitRepository } from './git-repository';

// The process.env of a spec is a copy, which a child process does not get by itself.
jest.mock('node:child_process', () => {
  const actual = jest.requireActual<typeof import('node:child_process')>('node:child_process');
  const { promisify } = jest.requireActual<typeof import('node:util')>('node:util');
  const run = promisify(actual.execFile);
  const execFile = {
    [promisify.custom]: (file: string, args: string[]) => run(file, args, { env: process.env }),
  };
  return { ...actual, execFile: Object.assign(() => undefined, execFile) };
});

const tag = 'shop-v1.5.0';

describe('GitRepository', () => {
  let folder: string;
  let files: string[];
  let fra: string;
  let home: string;
  const path = process.env['PATH'];
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-git-'));
    await mkdir(join(folder, 'stacks'));
    files = ['fra', 'home'].map((name) => join(folder, 'stacks', `Pulumi.${name}.yaml`));
    [fra, home] = files as [string, string];
    for (const file of files) await writeFile(file, 'version: 1.5.0-rc.1\n');
    await writeFile(join(folder, 'notes'), 'one\n');
    // What the person who runs the specs has set up must not count.
    git('init', '-q', '--template=');
    git('config', 'user.name', 'Eva');
    git('config', 'user.email', 'eva@example.com');
    git('config', 'commit.gpgSign', 'false');
    git('config', 'tag.gpgSign', 'false');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  const refusal = (file: string) => GitRepository.ready(file, tag).catch((error: unknown) => error);
  const subjects = () => git('log', '--format=%s').split('\n');

  it('commits the stack files and gives the commit an annotated tag', async () => {
    const repository = await GitRepository.ready(home, tag);
    for (const file of files) await writeFile(file, 'version: 1.5.0\n');
    const said = await repository.commitAndTag(files, 'shop 1.5.0\n\nsha256:abc');
    const commit = git('rev-parse', '--short', 'HEAD');
    expect(said).toBe(`commit ${commit}, tag ${tag}. To publish: git push --follow-tags`);
    expect(subjects()).toEqual(['shop 1.5.0', 'first']);
    expect(git('show', '--name-only', '--format=%b', 'HEAD').split(/\n+/)).toEqual([
      'sha256:abc',
      'stacks/Pulumi.fra.yaml',
      'stacks/Pulumi.home.yaml',
    ]);
    expect(git('cat-file', '-t', tag)).toBe('tag');
    expect(git('rev-parse', `${tag}^{commit}`)).toBe(git('rev-parse', 'HEAD'));
    expect(git('tag', '-l', '--format=%(contents:subject)')).toBe('shop 1.5.0');
  });

  it('leaves alone whatever else is changed or staged, and takes what was changed in the stack file before', async () => {
    await writeFile(home, 'version: 1.5.0-rc.1 # dirty\n');
    const repository = await GitRepository.ready(home, tag);
    await writeFile(join(folder, 'notes'), 'two\n');
    await writeFile(join(folder, 'new'), 'staged\n');
    git('add', 'new');
    await writeFile(home, 'version: 1.5.0 # dirty\n');
    await repository.commitAndTag([home], 'shop 1.5.0');
    expect(git('show', `${tag}:stacks/Pulumi.home.yaml`)).toBe('version: 1.5.0 # dirty');
    expect(git('diff', '--name-only', 'HEAD~1', 'HEAD')).toBe('stacks/Pulumi.home.yaml');
    expect(git('status', '--porcelain').split('\n')).toEqual(['A  new', ' M notes']);
  });

  it('takes a stack file that Git does not know yet', async () => {
    const file = join(folder, 'stacks', 'Pulumi.nbg.yaml');
    await writeFile(file, 'version: 1.5.0\n');
    await (await GitRepository.ready(file, tag)).commitAndTag([file], 'shop 1.5.0');
    expect(git('show', `${tag}:stacks/Pulumi.nbg.yaml`)).toBe('version: 1.5.0');
  });

  it('gives the newest commit the tag when it has the stack file already, as after a pull request', async () => {
    await writeFile(home, 'version: 1.5.0\n');
    git('commit', '-q', '-a', '-m', 'merged');
    await (await GitRepository.ready(home, tag)).commitAndTag([home], 'shop 1.5.0');
    expect(subjects()).toEqual(['merged', 'first']);
    expect(git('rev-parse', `${tag}^{commit}`)).toBe(git('rev-parse', 'HEAD'));
  });

  it('refuses a tag that exists, annotated or not', async () => {
    const words = `--git: the tag ${tag} exists already. Nothing was changed. See it with: git show ${tag}`;
    git('tag', tag);
    expect(await refusal(home)).toEqual(new Refusal(words));
    git('tag', '-d', tag);
    git('tag', '-a', tag, '-m', 'of another release');
    expect(await refusal(home)).toEqual(new Refusal(words));
    expect(await refusal(home)).toBeInstanceOf(Refusal);
  });

  it('takes a branch of that name for no tag', async () => {
    git('branch', tag);
    await expect(GitRepository.ready(home, tag)).resolves.toBeInstanceOf(GitRepository);
  });

  it('refuses a stack file that is in no repository', async () => {
    await rm(join(folder, '.git'), { recursive: true });
    const error = await refusal(fra);
    expect(error).toEqual(new Refusal(`--git: ${fra} is in no Git repository. Nothing was changed.`));
    expect(error).toBeInstanceOf(Refusal);
  });

  it('refuses where there is no git', async () => {
    process.env['PATH'] = folder;
    const error = await refusal(home);
    expect(error).toEqual(new Refusal('--git: git is not in PATH. Nothing was changed.'));
    expect(error).toBeInstanceOf(Refusal);
  });

  it('says what is left to do by hand when the commit fails', async () => {
    const repository = await GitRepository.ready(home, tag);
    await mkdir(join(folder, '.git', 'hooks'), { recursive: true });
    await writeFile(
      join(folder, '.git', 'hooks', 'pre-commit'),
      '#!/bin/sh\necho "no release today" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    await writeFile(home, 'version: 1.5.0\n');
    await expect(repository.commitAndTag([home], 'shop 1.5.0')).rejects.toThrow(
      `git commit failed, after the release was done: no release today\nCommit the stack file and tag it ${tag} by hand.`,
    );
    expect(git('tag')).toBe('');
    expect(await readFile(home, 'utf8')).toBe('version: 1.5.0\n');
  });
});
