import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** An edit of a stack file that is to be written. */
export interface StackFileChange {
  file: string;
  /** The text as it was read, from which the edit was made. */
  before: string;
  /** The text to write. */
  after: string;
}

/**
 * Writes a stack file as a whole or not at all: into a new file in the same folder, which then takes the old one's
 * name. Mode and owner stay; a symlink stays one. Whoever reads meanwhile sees either text.
 * @throws Error when the file isn't what was read any more, or can't be written; then it is as it was
 */
export async function writeStackFile(change: StackFileChange): Promise<void> {
  try {
    const target = await realpath(change.file);
    await refuseEdited(change, target);
    if (change.before !== change.after) await replaceFile(change, target);
  } catch (error) {
    throw failure(change.file, error);
  }
}

async function replaceFile(change: StackFileChange, target: string): Promise<void> {
  const { mode, uid, gid } = await stat(target);
  // One name for all who write this file, so that of two at the same time the second is told.
  const temporary = join(dirname(target), `.${basename(target)}.evenkeel.tmp`);
  // Nobody but us may read it before it has the old one's owner and mode.
  const handle = await open(temporary, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new Error(
      `${change.file} is being written by somebody else, so nothing was written: ${temporary} is there. ` +
        'Run the command again; if the file is still there then, it was left by one that was killed: remove it.',
    );
  });
  try {
    try {
      await handle.writeFile(change.after);
      await keepOwner(handle, uid, gid);
      await handle.chmod(mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // As late as can be: what an editor saves from here to the next line would be lost.
    await refuseEdited(change, target);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

async function refuseEdited({ file, before }: StackFileChange, target: string): Promise<void> {
  const now = await readFile(target);
  if (!now.equals(Buffer.from(before)))
    throw new Error(
      `${file} was changed by somebody else meanwhile, so nothing was written. ` +
        'Look at it (`git diff`), then run the command again.',
    );
}

async function keepOwner(handle: FileHandle, uid: number, gid: number): Promise<void> {
  const own = await handle.stat();
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid);
}

/** So that the new name survives a power cut; not every file system can do it, and the file is right either way. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** The system's errors in a user's words; ours as they are. */
function failure(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  const why: Record<string, string> = {
    EACCES: 'you may not write in its folder',
    EPERM: 'you may not give the new file the owner of the old one; run this as its owner',
    EROFS: 'its file system is read-only',
    ENOSPC: 'the disk is full',
    ENOENT: 'it is gone',
  };
  return new Error(`${file} can't be written: ${why[code] ?? code}. Nothing was changed.`);
}
