import { existsSync, writeFileSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeStackFile } from './write-stack-file';

describe('writeStackFile', () => {
  let folder: string;
  let file: string;
  const [before, after] = ['config: {}\n', 'config: { ä: 1 }\r\n'];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
    file = join(folder, 'Pulumi.home.yaml');
    await writeFile(file, before);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('puts a new file in the place of the old one, and leaves nothing else', async () => {
    const { ino } = await stat(file);
    await writeStackFile({ file, before, after });
    expect(await readFile(file, 'utf8')).toBe(after);
    expect(await readdir(folder)).toEqual(['Pulumi.home.yaml']);
    expect((await stat(file)).ino).not.toBe(ino);
  });

  it('keeps the mode, whatever the umask', async () => {
    await chmod(file, 0o664);
    const umask = process.umask(0o077);
    try {
      await writeStackFile({ file, before, after });
    } finally {
      process.umask(umask);
    }
    expect((await stat(file)).mode & 0o7777).toBe(0o664);
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('keeps the owner and the group', async () => {
    await chown(file, 1234, 4321);
    await writeStackFile({ file, before, after });
    expect(await stat(file)).toMatchObject({ uid: 1234, gid: 4321 });
  });

  it('writes through a symlink', async () => {
    await mkdir(join(folder, 'links'));
    const link = join(folder, 'links', 'Pulumi.link.yaml');
    await symlink('../Pulumi.home.yaml', link);
    await writeStackFile({ file: link, before, after });
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(after);
    expect(await readdir(join(folder, 'links'))).toEqual(['Pulumi.link.yaml']);
  });

  it('refuses to write over what somebody wrote meanwhile', async () => {
    await writeFile(file, 'config: { mine: 1 }\n');
    await expect(writeStackFile({ file, before, after })).rejects.toThrow(
      `${file} was changed by somebody else meanwhile, so nothing was written. ` +
        'Look at it (`git diff`), then run the command again.',
    );
    expect(await readFile(file, 'utf8')).toBe('config: { mine: 1 }\n');
    expect(await readdir(folder)).toEqual(['Pulumi.home.yaml']);
  });

  it('refuses to write over what somebody writes while the new file is being made', async () => {
    // Large, so that it takes a while.
    const writing = writeStackFile({ file, before, after: `# ${'x'.repeat(20_000_000)}` });
    while (!existsSync(join(folder, '.Pulumi.home.yaml.evenkeel.tmp'))) await new Promise(setImmediate);
    writeFileSync(file, 'config: { mine: 1 }\n');
    await expect(writing).rejects.toThrow('was changed by somebody else meanwhile, so nothing was written');
    expect(await readFile(file, 'utf8')).toBe('config: { mine: 1 }\n');
    expect(await readdir(folder)).toEqual(['Pulumi.home.yaml']);
  });

  it('notices a change even when there is nothing to write', async () => {
    await expect(writeStackFile({ file, before: after, after })).rejects.toThrow('changed by somebody else');
  });

  it('leaves the file alone when there is nothing to write', async () => {
    const { ino, mtimeMs } = await stat(file);
    await writeStackFile({ file, before, after: before });
    expect(await stat(file)).toMatchObject({ ino, mtimeMs });
  });

  it('says when the file is gone', async () => {
    await rm(file);
    await expect(writeStackFile({ file, before, after })).rejects.toThrow(
      `${file} can't be written: it is gone. Nothing was changed.`,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets one win when several write at once, and tells the others', async () => {
    const texts = Array.from({ length: 8 }, (_, index) => `config: { winner: ${index} }\n`);
    const results = await Promise.allSettled(
      texts.map((text) => writeStackFile({ file, before, after: text })),
    );
    const winners = texts.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(winners).toEqual([await readFile(file, 'utf8')]);
    for (const result of results)
      if (result.status === 'rejected')
        expect(String(result.reason)).toMatch(
          /is being written by somebody else|was changed by somebody else/,
        );
    expect(await readdir(folder)).toEqual(['Pulumi.home.yaml']);
  });

  it('says what to remove when one that wrote was killed', async () => {
    const left = join(folder, '.Pulumi.home.yaml.evenkeel.tmp');
    await writeFile(left, 'half');
    await expect(writeStackFile({ file, before, after })).rejects.toThrow(
      `${left} is there. Run the command again;`,
    );
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readFile(left, 'utf8')).toBe('half');
  });
});
