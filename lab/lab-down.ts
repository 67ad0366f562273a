import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { cacheDirectory } from './cache-directory';
import { ensureDocker, findEngine, hasOwnContainers, withEngineLock, type Engine } from './engine';
import { isWorkedOn, labDirectory, labLock, labsDirectory, thisLab } from './lab-directory';
import { clearOrphans, removeFromEngine } from './leftovers';
import { withLock } from './lock';
import type { Log } from './log';
import { must } from './must';
import { timed } from './timed';

/**
 * Removes a lab: containers, volumes, network, files; and stops the lab's own Docker when nothing else runs in it.
 * Does nothing where there is no lab. What took long to make (images, the toolchain) stays in the cache.
 */
export async function labDown({ log, name = thisLab() }: { log: Log; name?: string }): Promise<void> {
  const cache = cacheDirectory();
  const engine = await withLock(
    labLock(name),
    (pid) => log(`waiting for process ${pid}, which is working on the same lab`),
    async () => {
      // Containers in an engine that does not run can only be removed by running it.
      const asleep = hasOwnContainers(cache);
      const engine = asleep ? await ensureDocker({ cacheDirectory: cache, log }) : await findEngine(cache);
      if (engine) {
        await timed(log, 'containers and network removed', async () => {
          await removeFromEngine(engine.docker, name);
          await clearOrphans(engine.docker, log);
        });
      }
      rmSync(labDirectory(name), { recursive: true, force: true, maxRetries: 10 }); // a killed pulumi may still write
      return engine;
    },
  );
  if (engine && !engine.startedByUs)
    log("the lab's images stay in this machine's Docker: see `docker image ls evenkeel-lab/*`");
  if (engine?.startedByUs) await stopUnused(engine, cache, log);
  if (existsSync(labsDirectory()) && readdirSync(labsDirectory()).length === 0) rmdirSync(labsDirectory());
}

/**
 * Stops the lab's own Docker when nothing runs in it and nobody works on a lab. Not while this lab is locked by us: of two
 * that go down side by side, the one that is done last stops it.
 */
async function stopUnused(engine: Engine, cache: string, log: Log): Promise<void> {
  await withEngineLock(cache, log, async () => {
    if (isWorkedOn() || (await must([...engine.docker, 'ps', '-q'])) !== '')
      log("the lab's own Docker goes on: other labs are in it");
    else await timed(log, "the lab's own Docker stopped", () => engine.stop());
  });
}
