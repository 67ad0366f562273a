import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSites } from './find-sites';

describe('findSites', () => {
  let project: string;
  beforeEach(async () => {
    project = await realpath(await mkdtemp(join(tmpdir(), 'evenkeel-')));
    await mkdir(join(project, 'stacks'));
    await writeFile(join(project, 'Pulumi.yaml'), 'name: evenkeel\nstackConfigDir: stacks\n');
  });
  afterEach(() => rm(project, { recursive: true }));

  it('finds nothing where no file names any', async () => {
    expect(await findSites(project)).toBeUndefined();
  });

  it('finds the file beside the stack files, from any folder of the project', async () => {
    const file = join(project, 'stacks', 'sites.yaml');
    await writeFile(file, 'sites: [fra, home]\n');
    expect(await findSites(project)).toEqual({ file, stacks: ['fra', 'home'] });
    expect(await findSites(join(project, 'stacks'))).toEqual({ file, stacks: ['fra', 'home'] });
  });

  it('names the file when it is wrong', async () => {
    const file = join(project, 'stacks', 'sites.yaml');
    await writeFile(file, 'sites: []\n');
    await expect(findSites(project)).rejects.toThrow(
      `${file} has 1 mistake; nothing was touched.\n  sites: got []`,
    );
  });
});
