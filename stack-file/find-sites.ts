import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSites } from '../config/read-sites';
import { findFolders } from './find-stack-file';

/** Name of the file that says which sites belong together; it lies beside the stack files. */
export const sitesFile = 'sites.yaml';

/** Sites that belong together. */
export interface FoundSites {
  /** The file's path; absolute. */
  file: string;
  /** Their stacks, as `pulumi --stack` takes them, in the order of a release. */
  stacks: string[];
}

/**
 * The sites of the project that `cwd` is in; undefined where no file names any.
 * @throws Error that says what to do when there is no project; SitesError when the file is wrong
 */
export async function findSites(cwd: string): Promise<FoundSites | undefined> {
  const file = join((await findFolders(cwd)).folder, sitesFile);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${file} can't be read (${error.code ?? error.message}).`);
  });
  return text === undefined ? undefined : { file, stacks: readSites(text, file) };
}
