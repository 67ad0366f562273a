import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { Refusal } from '../release/refusal';

/** The Git repository that a stack file is in. */
export class GitRepository {
  private constructor(
    private readonly directory: string,
    private readonly tag: string,
  ) {}

  /** @throws Refusal when the file is in no repository, or the tag exists. Nothing was changed. */
  static async ready(file: string, tag: string): Promise<GitRepository> {
    const directory = dirname(file);
    if ((await git(directory, ['rev-parse', '--is-inside-work-tree'])).code !== 0)
      throw new Refusal(`--git: ${file} is in no Git repository. Nothing was changed.`);
    if ((await git(directory, ['rev-parse', '-q', '--verify', `refs/tags/${tag}`])).code === 0)
      throw new Refusal(
        `--git: the tag ${tag} exists already. Nothing was changed. See it with: git show ${tag}`,
      );
    return new GitRepository(directory, tag);
  }

  /**
   * Commits these files (whatever else is staged stays so) and tags the commit; files that came by a pull request are
   * committed already, and then it is the newest commit that gets the tag.
   *
   * @returns what was made, for a person.
   * @throws Error that says what is left to do by hand
   */
  async commitAndTag(files: readonly string[], message: string): Promise<string> {
    await this.must(['add', '--', ...files]);
    const isCommitted = (await git(this.directory, ['diff', '--quiet', 'HEAD', '--', ...files])).code === 0;
    if (!isCommitted) await this.must(['commit', '-q', '-m', message, '--', ...files]);
    await this.must(['tag', '-a', this.tag, '-m', message]);
    const commit = (await this.must(['rev-parse', '--short', 'HEAD'])).trim();
    return `commit ${commit}, tag ${this.tag}. To publish: git push --follow-tags`;
  }

  private async must(args: string[]): Promise<string> {
    const { code, stdout, stderr } = await git(this.directory, args);
    if (code !== 0)
      throw new Error(
        `git ${args[0]} failed, after the release was done: ${stderr.trim()}\nCommit the stack file and tag it ${this.tag} by hand.`,
      );
    return stdout;
  }
}

async function git(
  directory: string,
  args: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)('git', ['-C', directory, ...args]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT')
      throw new Refusal('--git: git is not in PATH. Nothing was changed.', { cause: error });
    return { code: typeof code === 'number' ? code : 1, stdout, stderr };
  }
}
