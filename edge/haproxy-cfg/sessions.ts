import type { NodeConfig, ServiceConfig, SessionsConfig, SiteConfig } from '../../config/site-config';
import { slotNames } from '../../release/pointer';
import { pointerMapFile } from '../edge-paths';
import { backendName } from './backend-name';
import { quoted } from './quoted';
import { secureCookie } from './tls';

/** Variable of a worker: the slot that was live when it last looked; names of variables have no hyphen. */
export function liveVariable(service: string): string {
  return `proc.live_${service.replaceAll('-', '_')}`;
}

/**
 * Variable of a worker: until when sessions finish on the slot that was live before, in ms since 1970 by the edge's
 * clock. Not set in a worker that has seen no switch.
 */
export function finishVariable(service: string): string {
  return `proc.finish_${service.replaceAll('-', '_')}`;
}

/**
 * The longest drain time that config takes, in ms. What would finish later is no drain time, but a clock that was set back:
 * nothing finishes then.
 */
export const longestFinish = 3_600_000;

/**
 * Name of the second cookie of a service whose sessions finish: the slot that the client was on. HAProxy's own one can't say
 * it: a client that moves would have to get a new one, and HAProxy gives none to who has one of a server that is up.
 */
function slotCookie({ cookie }: SessionsConfig): string {
  return `${cookie}-slot`;
}

/**
 * The part of a slot's backend that keeps a client's session on its server. HAProxy gives the cookie to who has none for a
 * server that is up, and takes it out of what the service gets. Its value is the node's name, so the same in both slots: a
 * client that changes the slot stays on its node.
 *
 * HAProxy's `nocache` thinks of answers that say they may be kept; a cache may keep others too (RFC 9111, 4.2.2).
 */
export function stickToServer(site: Pick<SiteConfig, 'edge'>, { sessions }: ServiceConfig): string[] {
  if (!sessions) return [];
  return [
    `  cookie ${sessions.cookie} insert indirect httponly${secureCookie(site) && ' secure'} attr SameSite=Lax`,
    `  http-after-response add-header cache-control private if { res.cook(${sessions.cookie}) -m found }`,
  ];
}

/** The end of the line of a server that sessions stick to. */
export function serverCookie({ sessions }: ServiceConfig, node: NodeConfig): string {
  return sessions ? ` cookie ${node.name}` : '';
}

function finishingServices({ services }: SiteConfig): ServiceConfig[] {
  return services.filter(({ sessions }) => sessions?.onSwitch === 'finish');
}

/**
 * Notes each switch when the first request after it comes, and until when sessions may finish. The edges look at each
 * other five times a second, so this is soon, whether the public asks or not.
 *
 * The pointer has no clock in it, and need not: what counts is only how long ago this edge has switched. A worker that
 * has just started has seen no switch, so that there nothing finishes: better a session that moves than one that comes
 * upon a candidate. (After a reload it has what the worker before it had, edge/reload-edge.ts.)
 */
export function noteSwitches(site: SiteConfig): string[] {
  return finishingServices(site).flatMap(({ name }) => {
    const [live, seen, stays] = [
      `txn.live_${name.replaceAll('-', '_')}`,
      liveVariable(name),
      `stays_${name}`,
    ];
    return [
      `  http-request set-var(${live}) str(${name}.live),map_str(${pointerMapFile})`,
      `  acl ${stays} var(${seen}),strcmp(${live}) eq 0`,
      `  http-request set-var(${finishVariable(name)}) date(${site.edge.timeouts.drain},ms) if { var(${seen}) -m found } !${stays}`,
      `  http-request set-var(${seen}) var(${live}) unless ${stays}`,
    ];
  });
}

/**
 * Sends a session that may finish to the slot of its cookie, where that has a healthy server. Only while the slot holds what
 * was live before the switch: not when it has a candidate, nor after a rollback, which leaves nothing to go back to
 * (`previous`) and takes everybody back at once. A canary's share comes first: while there is one, it alone decides.
 */
export function finishSessions(site: SiteConfig): string[] {
  const services = finishingServices(site);
  if (services.length === 0) return [];
  return [
    '  http-request set-var(txn.now) date(0,ms)',
    `  http-request set-var(txn.previous) var(txn.service),concat(.previous),map_str(${pointerMapFile})`,
    ...services.flatMap(({ name, sessions }) => {
      const finishes = `finishes_${name}`;
      const isOn = (slot: string) => `{ req.cook(${slotCookie(sessions!)}) -m str ${slot} }`;
      return [
        `  acl ${finishes} var(${finishVariable(name)}),sub(txn.now) 1:${longestFinish}`,
        ...slotNames.map((slot) => {
          const isFor = `{ var(txn.service) -m str ${name} } { var(txn.share) -m int 0 }`;
          const isPrevious = `{ str(${name}.${slot}),map_str(${pointerMapFile}),strcmp(txn.previous) eq 0 }`;
          const isUp = `{ nbsrv(${backendName(name, slot)}) gt 0 }`;
          return `  http-request set-var(txn.slot) str(${slot}) if ${isFor} ${finishes} ${isOn(slot)} ${isPrevious} ${isUp}`;
        }),
        ...slotNames.map(
          (slot) =>
            `  http-request set-var(txn.new_slot) str(${slot}) if { var(txn.service) -m str ${name} } { var(txn.slot) -m str ${slot} } !${isOn(slot)} !{ var(txn.preview) -m found }`,
        ),
        `  http-request set-var(txn.slot_cookie) str(${slotCookie(sessions!)}) if { var(txn.service) -m str ${name} }`,
      ];
    }),
  ];
}

/** Tells a client whose sessions finish which slot it is on now, where its cookie does not. */
export function giveSlot(site: SiteConfig): string[] {
  if (finishingServices(site).length === 0) return [];
  const cookie = `%[var(txn.slot_cookie)]=%[var(txn.new_slot)]; Path=/; HttpOnly; SameSite=Lax${secureCookie(site)}`;
  const isNew = '{ var(txn.new_slot) -m found }';
  return [
    `  http-response add-header set-cookie ${quoted(cookie)} if ${isNew}`,
    `  http-response add-header cache-control private if ${isNew}`,
  ];
}
