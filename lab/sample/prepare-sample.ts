import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../lock';
import { buildSampleImages, type SampleImagesOptions } from './image';

/**
 * `buildSampleImages` for labs side by side: two that come up at once build the sample once, and what a killed run left
 * half-built is cleared away.
 *
 * @param options `cacheDirectory` is the lab's, see `cacheDirectory()`; binaries are kept in a folder of it.
 */
export async function prepareSample(options: SampleImagesOptions): Promise<void> {
  const directory = join(options.cacheDirectory, 'sample');
  await withLock(
    `${directory}.lock`,
    (pid) => options.log(`waiting for process ${pid}, which is building the sample service`),
    async () => {
      mkdirSync(directory, { recursive: true });
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) rmSync(join(directory, entry.name), { recursive: true, force: true });
      }
      await buildSampleImages({ ...options, cacheDirectory: directory });
    },
  );
}
