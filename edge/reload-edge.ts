import type { SshSession } from '../remote/ssh-session';
import { formatPointer, type Pointer } from '../release/pointer';
import { haproxyCfgFile, pointerMapFile, serverStateFile } from './edge-paths';
import { RuntimeApi } from './runtime-api';

/** HAProxy's user in the container is neither the SSH user nor in its group; the folder is closed to everybody else. */
const readable = 0o664;

/**
 * Gives a running edge another haproxy.cfg without losing a connection. In this order, each step for a reason
 * (DESIGN.md, "Reload order"): the map's file is brought to what the worker has now, since a reload reads the file; the
 * servers' state is saved, since a new worker believes that all are up; the file is checked by the very HAProxy that
 * will run it; the master is told to reload.
 *
 * @throws Error with HAProxy's own words when it refuses the file; what ran keeps running.
 */
export async function reloadEdge(
  session: SshSession,
  containerId: string,
  cfg: string,
  pointer: Pointer,
): Promise<void> {
  const api = new RuntimeApi(session);
  const candidate = `${haproxyCfgFile}.candidate`;
  await session.writeFile(candidate, cfg, readable);
  await session.writeFile(pointerMapFile, formatPointer(pointer), readable);
  const check = await session.exec(`docker exec ${containerId} haproxy -c -f ${candidate}`);
  if (check.code !== 0)
    throw new Error(
      `HAProxy refuses the new haproxy.cfg, and keeps the old one: ${(check.stderr || check.stdout).trim()}`,
    );
  await session.writeFile(serverStateFile, await api.serversState(), readable);
  await session.writeFile(haproxyCfgFile, cfg, readable);
  await api.reload();
}
