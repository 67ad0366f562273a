import { setTimeout as sleep } from 'node:timers/promises';
import { followTime } from './entry-command';
import { readinessName, staysServer } from './haproxy-cfg/readiness';
import { RuntimeApi } from './runtime-api';
import type { SiteContact } from './site-contact';

/**
 * Makes a node's edge say that it is not ready, while it goes on serving, and waits until others have its traffic. An
 * edge that has no readiness (its haproxy.cfg is an earlier one), or does not answer, has nobody who would follow it.
 *
 * @param wait in ms.
 * @returns whether it was told.
 */
export async function announceLeave(
  name: string,
  contact: Pick<SiteContact, 'session'>,
  wait = followTime,
): Promise<boolean> {
  const told = await setStays('maint', name, contact);
  if (told) await sleep(wait);
  return told;
}

/**
 * Makes a node's edge that has said that it leaves say that it is ready again. One that was born since says so anyway.
 * @returns whether it was told.
 */
export function announceReturn(name: string, contact: Pick<SiteContact, 'session'>): Promise<boolean> {
  return setStays('ready', name, contact);
}

async function setStays(
  state: 'maint' | 'ready',
  name: string,
  contact: Pick<SiteContact, 'session'>,
): Promise<boolean> {
  try {
    const api = new RuntimeApi(await contact.session(name));
    for (const worker of await api.workers())
      await api.setServerState(readinessName, staysServer, state, worker);
    return true;
  } catch {
    return false;
  }
}
