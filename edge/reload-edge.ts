import type { SshSession } from '../remote/ssh-session';
import { newestPointer } from '../release/compare';
import { formatPointer, type Pointer } from '../release/pointer';
import { haproxyCfgFile, pointerMapFile, serverStateFile } from './edge-paths';
import { finishVariable, liveVariable } from './haproxy-cfg/sessions';
import { RuntimeApi } from './runtime-api';

/** HAProxy's user in the container is neither the SSH user nor in its group; the folder is closed to everybody else. */
const readable = 0o664;

/**
 * Gives a running edge another haproxy.cfg without losing a connection. In this order, each step for a reason
 * (DESIGN.md, "Reload order"): the file is checked by the very HAProxy that will run it; the servers' state is saved,
 * since a new worker believes that all are up; the map's file is brought to what the worker has now, since a reload reads
 * the file; the master is told to reload. A rollback that comes in between reaches the worker before only: the new one
 * gets its pointer from there.
 *
 * @throws Error with HAProxy's own words when it refuses the file; what ran keeps running.
 */
export async function reloadEdge(session: SshSession, containerId: string, cfg: string): Promise<void> {
  const api = new RuntimeApi(session);
  const candidate = `${haproxyCfgFile}.candidate`;
  const whole = cfg + (await knownSwitches(api));
  await session.writeFile(candidate, whole, readable);
  const check = await session.exec(`docker exec ${containerId} haproxy -c -f ${candidate}`);
  if (check.code !== 0)
    throw new Error(
      `HAProxy refuses the new haproxy.cfg, and keeps the old one: ${(check.stderr || check.stdout).trim()}`,
    );
  await session.writeFile(serverStateFile, await api.serversState(), readable);
  await session.writeFile(haproxyCfgFile, whole, readable);
  const { pointer } = await api.info();
  await session.writeFile(pointerMapFile, formatPointer(pointer), readable);
  await api.reload();
  const newest = newestPointer(await oldPointers(api));
  if (newest && newest.generation > pointer.generation) await (await api.prepare(newest)).commit();
}

/** What workers have that only finish their requests; one that is gone by now has none. */
async function oldPointers(api: RuntimeApi): Promise<Pointer[]> {
  const old = (await api.workers()).slice(1);
  const settled = await Promise.allSettled(old.map((worker) => api.info(worker)));
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value.pointer] : []));
}

/**
 * What the worker knows of switches (edge/haproxy-cfg/sessions.ts), for the one that follows it: as a second section
 * `global`, so that not even its first request finds it without.
 */
async function knownSwitches(api: RuntimeApi): Promise<string> {
  const { services } = (await api.info()).pointer;
  const lines = await Promise.all(
    Object.entries(services).map(async ([name, { live }]) => {
      const [seen, finish] = await Promise.all(
        [liveVariable(name), finishVariable(name)].map((variable) => api.variable(variable)),
      );
      return [
        `  set-var ${liveVariable(name)} str(${seen ?? live})`,
        ...(finish ? [`  set-var ${finishVariable(name)} int(${finish})`] : []),
      ];
    }),
  );
  return `\nglobal\n${lines.flat().join('\n')}\n`;
}
