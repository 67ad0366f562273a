import { setTimeout as sleep } from 'node:timers/promises';
import type { SlotName } from '../config/site-config';
import { compare } from '../release/compare';
import { hooksBeforePrerelease } from './due-hooks';
import { finishTime, mayFinishOn } from './finish-time';
import { backendName } from './haproxy-cfg';
import { runHooks } from './run-hook';
import { RuntimeApi } from './runtime-api';
import { type SiteContact } from './site-contact';
import { readSiteState, type SiteState } from './site-state';
import { slotImages } from './slot-images';
import { unreadEdges } from './unread-edges';
import type { WantedRelease } from './wanted-release';

/** A slot that is about to be updated. */
export interface SlotUpdate {
  service: string;
  slot: SlotName;
}

/** How long an edge may take to come back with its node, in ms: 33 s on the lab, of which Swarm takes most. */
const returnTime = 90_000;

/** Pause between two looks at the sessions, in ms. */
const pause = 1000;

/**
 * What must be true before an idle slot is touched: the config is still the newest, no edge that can't be read
 * goes on serving another generation (its idle slot may be this one), the hook `beforePrerelease` has succeeded, and no
 * request is left on the slot. Sessions that outlive the configured drain time are cut, which is printed.
 *
 * @throws Error with the reason; nothing was touched then, but for what the hook did.
 */
export async function drain(
  wanted: WantedRelease,
  updates: readonly SlotUpdate[],
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const before = await readChecked(wanted, updates, contact, log);
  for (const { name, hooks } of wanted.site.services)
    if (hooks?.beforePrerelease && !before?.state.label?.services[name])
      log(`${name}: its first deploy runs no hook`);
  if (!before) return log('no edges yet: nothing to wait for');
  const hooked = wanted.site.services.filter(({ hooks }) => hooks?.beforePrerelease);
  const imageIn = await slotImages(hooked, before.state.manager.docker);
  const hooks = hooksBeforePrerelease(wanted, before.state.label, before.frozen, imageIn);
  await runHooks(
    hooks,
    wanted.site.site,
    contact,
    log,
    ({ slot, service }) =>
      `${slot} of ${service.name} was not touched, nor was the public. Put right what failed and run pulumi up, which runs ` +
      `the hook again.`,
  );
  // A hook may take long enough for somebody to roll back meanwhile, to the very slot that this is about.
  const after = hooks.length > 0 ? await readChecked(wanted, updates, contact, log) : before;
  await waitForSessions(wanted, after!.state, updates, contact, log);
}

/**
 * Reads the site. @returns undefined before the first deploy.
 * @throws Error when the config is not the newest, a slot of `updates` is in use, or an edge that can't be read serves
 *   another generation.
 */
async function readChecked(
  wanted: WantedRelease,
  updates: readonly SlotUpdate[],
  contact: SiteContact,
  log: (line: string) => void,
): Promise<{ state: SiteState; frozen: Record<string, SlotName[]> } | undefined> {
  const until = Date.now() + returnTime;
  for (let said = false; ; said = true) {
    const checked = await readOnce(wanted, updates, contact);
    const unread = checked ? await unreadEdges(wanted.site, checked.state) : [];
    if (unread.length === 0) return checked;
    if (unread.some(({ mayPass }) => !mayPass) || Date.now() > until)
      throw new Error(unread.map(({ words }) => words).join('\n'));
    if (!said)
      log(`waiting for the edge of ${unread.map(({ name }) => name).join(', ')}, which is just back`);
    await sleep(pause);
  }
}

async function readOnce(
  wanted: WantedRelease,
  updates: readonly SlotUpdate[],
  contact: SiteContact,
): Promise<{ state: SiteState; frozen: Record<string, SlotName[]> } | undefined> {
  const state = await readSiteState(wanted.site, contact);
  if (!state?.edgeService) return undefined;
  const { refusals, frozen } = compare(wanted.pointer, {
    label: state.label,
    edges: state.edges.flatMap((edge) => edge.worker?.pointer ?? []),
    rollout: state.edgeService.rollout?.state,
    templateChanges: false,
  });
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  for (const { service, slot } of updates)
    if (frozen[service]?.includes(slot))
      throw new Error(
        `${slot} of ${service} became live while this ran: it can't be changed. Nothing was touched. Run pulumi up again.`,
      );
  return { state, frozen };
}

async function waitForSessions(
  wanted: WantedRelease,
  state: SiteState,
  updates: readonly SlotUpdate[],
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const { drain: limit } = wanted.site.edge.timeouts;
  let until = Date.now() + limit;
  let said = '';
  for (;;) {
    const { busy, finish } = await sessionsOf(state, updates, contact);
    if (busy.length === 0) return;
    const now = busy.join(', ');
    // Who may finish on the slot would come upon the candidate there: that time is never cut short.
    until = Math.max(until, finish);
    if (Date.now() > until) return log(`the drain time of ${limit / 1000} s is over: closing ${now}`);
    if (now !== said) log(`waiting up to ${Math.ceil((until - Date.now()) / 1000)} s for ${now}`);
    said = now;
    await sleep(pause);
  }
}

/** Who is still on the slots, in words; `finish`: when the last session there must have moved, in ms since 1970 by our clock. */
async function sessionsOf(
  state: SiteState,
  updates: readonly SlotUpdate[],
  contact: SiteContact,
): Promise<{ busy: string[]; finish: number }> {
  const perEdge = await Promise.all(
    state.edges
      .filter((edge) => edge.worker)
      .map(async (edge) => {
        const session = await contact.session(edge.name);
        const api = new RuntimeApi(session);
        const workers = await api.workers();
        const stats = (await Promise.all(workers.map((worker) => api.serverStats(worker)))).flat();
        return Promise.all(
          updates.map(async ({ service, slot }) => {
            const rows = stats.filter(
              (row) => row.backend === backendName(service, slot) && row.server === 'BACKEND',
            );
            const requests = rows.reduce((sum, row) => sum + row.sessions, 0);
            const finish = mayFinishOn(edge.worker!.pointer, service, slot)
              ? await finishTime(session, service, workers)
              : undefined;
            const who = `on ${slot} of ${service} at ${edge.name}`;
            return {
              busy: [
                ...(requests > 0 ? [`${requests} ${requests === 1 ? 'request' : 'requests'} ${who}`] : []),
                ...(finish ? [`sessions that may finish ${who}`] : []),
              ],
              finish: finish ?? 0,
            };
          }),
        );
      }),
  );
  const all = perEdge.flat();
  return { busy: all.flatMap(({ busy }) => busy), finish: Math.max(0, ...all.map(({ finish }) => finish)) };
}
