import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHeld, withLock } from './lock';

describe('withLock', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lock-'));
    path = join(directory, 'it.lock');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('lets one at a time work, and tells the others who they wait for', async () => {
    let inside = 0;
    let most = 0;
    const waitedFor: number[] = [];
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, (pid) => waitedFor.push(pid), work)));
    expect(most).toBe(1);
    expect(waitedFor).toEqual([process.pid, process.pid]);
  });

  it('gives back what the work gives, and leaves no file behind', async () => {
    await expect(
      withLock(
        path,
        () => undefined,
        () => Promise.resolve(42),
      ),
    ).resolves.toBe(42);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is held while the work lasts, and not by a process that is gone', async () => {
    const ignore = () => undefined;
    expect(isHeld(path)).toBe(false);
    await expect(withLock(path, ignore, () => Promise.resolve(isHeld(path)))).resolves.toBe(true);
    expect(isHeld(path)).toBe(false);
    writeFileSync(path, '999999999 1 x');
    expect(isHeld(path)).toBe(false);
  });

  it('is free again after work that failed', async () => {
    const failing = withLock(
      path,
      () => undefined,
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ['is gone', '999999999 1 x'],
    ["has this process's id, but started at another time", `${process.pid} 1 x`],
  ])('takes over the lock of a process that %s', async (_, content) => {
    writeFileSync(path, content);
    const waitedFor: number[] = [];
    await withLock(
      path,
      (pid) => waitedFor.push(pid),
      () => Promise.resolve(),
    );
    expect(waitedFor).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });
});
