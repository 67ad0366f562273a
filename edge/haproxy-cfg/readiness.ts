import { hostAndPort } from '../../config/host-and-port';
import { peerAddress } from '../../config/peer-address';
import type { ServiceConfig, SiteConfig } from '../../config/site-config';
import { slotNames } from '../../release/pointer';
import { pointerMapFile, readinessPath } from '../edge-paths';
import { acl } from './acl';
import { backendName } from './backend-name';
import { isLeaving } from './leaving';
import { passedOn, seesMajority } from './other-edges';
import { quoted } from './quoted';
import { bothSlots, isRolling } from './rolling';

/** Backend that answers for the edge's readiness. A slot's name ends in its colour and an edge's has a dot, so neither is called so. */
export const readinessName = 'readiness';

/**
 * The one server of that backend; nothing is ever sent to it. `set server readiness/stays state maint` (Runtime API)
 * says that the edge is about to leave, so that others take its traffic before it stops.
 */
export const staysServer = 'stays';

const isAsked = `{ path ${readinessPath} }`;

/** Keeps a question about the readiness away from the services' addresses. */
export function letReadinessThrough(): string[] {
  return [`  http-request allow if ${isAsked}`];
}

/** Comes before the way to another edge: each edge answers for itself. */
export function toReadiness(): string[] {
  return [`  use_backend ${readinessName} if ${isAsked}`];
}

/**
 * Whether the edge should get traffic: 200 or 503, and in a small JSON why. It is ready when all of this is so:
 *
 * - it has a pointer, and knows of no edge with a newer one (`newest`);
 * - with three edges or more, it sees more than half of them (`majority`): else it may be cut off, or just back;
 * - it is not about to stop, nor its worker (`stays`);
 * - it was not asked under the name or address of a node in maintenance: it does not know which node it is on;
 * - it has a server in the live slot of at least one service, or answers for it since that is in maintenance
 *   (`services`, `serves`).
 *
 * One service of many that is sick is no reason to take an edge out: it is sick on all of them as a rule, and where it
 * is not, who compares edges sees it in `serves`. That comparison (machine/edge-readiness.sh) is also why an edge
 * without any server may keep its address: when the services are down everywhere, no edge is a better one.
 *
 * `maintenance` names the nodes that are in it: an edge on such a node is left alone, and does not know it itself.
 */
export function readinessBackend(site: SiteConfig): string[] {
  const out = site.nodes.filter((node) => node.maintenance);
  const majority = seesMajority(site);
  const flags = ['newest', 'majority', 'stays'];
  const answer = [
    '{"ready":%[var(txn.ready)]',
    '"generation":%[var(txn.generation)]',
    ...flags.map((flag) => `"${flag}":%[var(txn.${flag})]`),
    '"serves":%[var(txn.serves)]',
    `"services":{${site.services.map(({ name }) => `"${name}":%[var(${servesVariable(name)})]`).join(',')}}`,
    `"maintenance":[${out.map(({ name }) => `"${name}"`).join(',')}]}\n`,
  ].join(',');
  const reply = (status: number, condition: string) =>
    `  http-request return status ${status} content-type application/json hdr cache-control no-store lf-string ${quoted(answer)}${condition}`;
  return [
    `backend ${readinessName}`,
    '  http-request set-log-level silent',
    ...flag('newest', `!${passedOn}`),
    ...flag('majority', majority),
    ...flag('stays', `!{ stopping } !${isLeaving} { nbsrv(${readinessName}) gt 0 }`),
    '  http-request set-var(txn.serves) int(0)',
    ...site.services.flatMap(serves),
    ...acl(
      'in_maintenance',
      'req.hdr(host),host_only,lower',
      out.flatMap((node) => [
        node.name,
        ...new Set([node.address, peerAddress(node)].map((each) => hostAndPort(each))),
      ]),
    ),
    ...flag(
      'ready',
      [
        '{ var(txn.generation) -m int gt 0 }',
        '{ var(txn.serves) -m int gt 0 }',
        ...flags.map((name) => `{ var(txn.${name}) -m str true }`),
        ...(out.length > 0 ? ['!in_maintenance'] : []),
      ].join(' '),
    ),
    reply(200, ' if { var(txn.ready) -m str true }'),
    reply(503, ''),
    `  server ${staysServer} 127.0.0.1:1`,
    '',
  ];
}

/** A variable that says `true` or `false`, as JSON has it; without a condition it is true. */
function flag(name: string, condition: string | undefined): string[] {
  return [
    `  http-request set-var(txn.${name}) str(${condition ? 'false' : 'true'})`,
    ...(condition ? [`  http-request set-var(txn.${name}) str(true) if ${condition}`] : []),
  ];
}

/** Names of variables have no hyphen, and names of services no underscore. */
function servesVariable(service: string): string {
  return `txn.serves_${service.replaceAll('-', '_')}`;
}

function serves(service: ServiceConfig): string[] {
  const { name, strategy } = service;
  const variable = servesVariable(name);
  const says = (key: string, value: string) =>
    `{ str(${name}.${key}),map_str(${pointerMapFile}) -m str ${value} }`;
  return [
    ...flag(variable.replace('txn.', ''), says('maintenance', 'on')),
    ...slotNames.map(
      (slot) =>
        `  http-request set-var(${variable}) str(true) if ${says('live', slot)} { nbsrv(${backendName(name, slot)}) gt 0 }`,
    ),
    ...(strategy === 'rolling'
      ? [
          `  http-request set-var(${variable}) str(true) if ${isRolling(service)} { nbsrv(${backendName(name, bothSlots)}) gt 0 }`,
        ]
      : []),
    `  http-request set-var(txn.serves) var(txn.serves),add(1) if { var(${variable}) -m str true }`,
  ];
}
