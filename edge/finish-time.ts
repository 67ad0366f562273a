import type { SlotName } from '../config/site-config';
import type { Pointer } from '../release/pointer';
import type { SshSession } from '../remote/ssh-session';
import { clockAhead } from './clock-ahead';
import { finishVariable, longestFinish } from './haproxy-cfg/sessions';
import { RuntimeApi } from './runtime-api';

/**
 * Whether an edge with this pointer lets sessions finish on a slot, given the time for it: only on the slot that was live
 * before a switch, while it still holds what was live. (The same in haproxy.cfg: haproxy-cfg/sessions.ts.)
 */
export function mayFinishOn({ services }: Pointer, service: string, slot: SlotName): boolean {
  const { live, canary, previous, digests } = services[service] ?? {};
  return live !== slot && canary === 0 && previous !== undefined && previous === digests?.[slot];
}

/**
 * Until when sessions of a service may finish on its old slot at an edge, in ms since 1970 by our clock, whatever the edge's
 * says; undefined when that time is over or no worker of the edge has seen a switch.
 *
 * @param workers of the edge, as `RuntimeApi.workers` names them.
 * @throws Error when the edge's clock can't be read.
 */
export async function finishTime(
  session: SshSession,
  service: string,
  workers: readonly string[],
): Promise<number | undefined> {
  const api = new RuntimeApi(session);
  const values = await Promise.all(workers.map((worker) => api.variable(finishVariable(service), worker)));
  const set = values.filter((value) => value !== undefined).map(Number);
  if (set.length === 0) return undefined;
  const ahead = await clockAhead(session);
  const left = set.map((finish) => finish - ahead - Date.now()).filter((ms) => ms > 0 && ms <= longestFinish);
  return left.length > 0 ? Date.now() + Math.max(...left) : undefined;
}
