import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';
import { ensureDocker } from './engine';
import { buildImage, haveAll } from './images';
import type { Lab } from './lab';
import { withLock } from './lock';
import type { Log } from './log';
import { pushImage } from './registry';
import { timed } from './timed';

/** Debian and one file more. */
const dockerfile = 'ARG BASE\nFROM ${BASE}\nCOPY node /usr/local/bin/node\n';

/**
 * Puts an image of Node, the one that runs this, into the lab's registry: what `node:22-bookworm-slim` is elsewhere. No lab
 * has it unless a test asks for it; it takes some seconds to make, once.
 *
 * @returns its name with its digest, as the stack file has it.
 */
export async function pushNode(lab: Lab, log: Log): Promise<string> {
  const engine = await ensureDocker({ cacheDirectory: cacheDirectory(), log });
  const hash = createHash('sha256').update(dockerfile).update(process.version).digest('hex').slice(0, 12);
  const name = `evenkeel-lab/node:${hash}`;
  await withLock(
    join(cacheDirectory(), 'images.lock'),
    (pid) => log(`waiting for process ${pid}, which is making the lab's images`),
    async () => {
      if (await haveAll(engine, [name])) return;
      await timed(log, 'node image', () => inFolder(lab, (folder) => buildImage(engine, name, folder)));
    },
  );
  const digest = await pushImage(lab.docker, lab.name, lab.registry, name, { repository: 'node', tag: '22' });
  return `${lab.registry.host}/node:22@${digest}`;
}

/** A folder with what the image is made of, gone afterwards. */
async function inFolder(lab: Lab, build: (folder: string) => Promise<void>): Promise<void> {
  const staging = join(lab.directory, 'staging');
  await mkdir(staging, { recursive: true });
  const folder = await mkdtemp(join(staging, 'node-'));
  try {
    await copyFile(process.execPath, join(folder, 'node'));
    await writeFile(join(folder, 'Dockerfile'), dockerfile);
    await build(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
