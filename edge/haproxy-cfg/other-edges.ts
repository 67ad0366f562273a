import { hostAndPort } from '../../config/host-and-port';
import { peerAddress } from '../../config/peer-address';
import type { NodeConfig, SiteConfig } from '../../config/site-config';
import { generationPath, readinessPath } from '../edge-paths';
import { awaitServers } from './await-servers';
import { knowClient } from './client-address';
import { edgeNodes } from './edge-nodes';
import { noteId } from './own-place';
import { toHttps } from './tls';

/** Header in which an edge says its generation to the other edges. */
export const generationHeader = 'evenkeel-generation';

/** Header of a request that an edge has passed on to another one, so that it is passed on only once. */
const forwardedHeader = 'evenkeel-forwarded';

/** How often each edge looks at the generation of each other edge, in ms. */
const lookInterval = 200;

/** The same while the other one is away: soon enough for a request that waits. */
const lookIntervalAway = 100;

/**
 * How long a request waits at an edge that sees no majority of the edges, in ms: a look that was sent just before the
 * others were back has `lookInterval` to end, the next one comes `lookIntervalAway` later, and some margin.
 */
const waitForLook = 600;

/** Backend of one edge: names of services have no dot, so no slot's backend is called so. */
function edgeBackend(edge: NodeConfig): string {
  return `edge.${edge.name}`;
}

/** Backend that counts the edges that are up. A slot's name ends in its colour and an edge's has a dot, so neither is called so. */
const allEdges = 'edges';

/** HAProxy's name for what is known of another edge's generation; names of variables have no hyphen. */
function generationOf(edge: NodeConfig): string {
  return `proc.generation_${edge.name.replaceAll('-', '_')}`;
}

/**
 * An edge that was cut off and is back would show the old version until Swarm has replaced its task (measured on the
 * lab: 33 s). So the edges look at each other's generation, and one that sees a newer one passes its requests on to
 * that edge: nobody gets an old version, and nothing is lost.
 */
export function otherEdges(site: SiteConfig): string[] {
  const edges = edgeNodes(site);
  const address = (edge: NodeConfig) => hostAndPort(peerAddress(edge), site.edge.ports.http);
  return [
    ...edges.flatMap((edge) => [
      `backend ${edgeBackend(edge)}`,
      '  option httpchk',
      `  http-check send meth GET uri ${generationPath} ver HTTP/1.1 hdr Host ${edge.name}`,
      '  http-check expect status 200',
      `  http-check set-var(${generationOf(edge)}) res.hdr(${generationHeader})`,
      ...noteId(site, edge),
      `  timeout check ${lookInterval}ms`,
      `  http-request set-header ${forwardedHeader} 1`,
      `  server ${edge.name} ${address(edge)} check inter ${lookInterval}ms downinter ${lookIntervalAway}ms fall 2 rise 1`,
      '',
    ]),
    `backend ${allEdges}`,
    ...edges.map((edge) => `  server ${edge.name} ${address(edge)} track ${edgeBackend(edge)}/${edge.name}`),
    '',
  ];
}

/** A request that goes to another edge: that one judges it, with all that the client sent. */
export const passedOn = '{ var(txn.edge) -m found }';

/** Chooses the edge that a request is passed on to, as `txn.edge`, and the client's address, as `txn.client`. */
export function chooseEdge(site: SiteConfig): string[] {
  const edges = edgeNodes(site);
  const isForwarded = `{ req.hdr(${forwardedHeader}) -m found }`;
  return [
    ...edges.map((edge) => {
      const newer = `{ var(${generationOf(edge)}),sub(txn.generation) gt 0 }`;
      const up = `{ srv_is_up(${edgeBackend(edge)}/${edge.name}) }`;
      return `  http-request set-var(txn.edge) str(${edgeBackend(edge)}) if ${newer} ${up} !${isForwarded}`;
    }),
    ...knowClient(site, isForwarded),
    ...toHttps(site),
    `  http-request allow if ${passedOn}`,
    // A service that repeats its request's headers in one of its own must not pass for an edge.
    `  http-request del-header ${forwardedHeader}`,
  ];
}

/** Sends a request to the edge that was chosen for it, if any. */
export function toChosenEdge(): string[] {
  return [`  use_backend %[var(txn.edge)] if ${passedOn}`];
}

/**
 * With three edges or more: an edge that sees less than half of them (itself included) may be cut off, or just back.
 * It lets each request wait for a fresh look before it decides, so that not even the first answer after its return is
 * an old one; cut off, it goes on serving what it had. With two edges the other one may simply be dead, and waiting
 * would slow every request down for as long; there an old answer is possible for one look.
 *
 * A look itself never waits: edges that all start at once would else each wait for the others, for good.
 */
export function waitWithoutMajority(site: SiteConfig): string[] {
  const majority = seesMajority(site);
  if (!majority) return [];
  const wait = awaitServers(allEdges, majorityOf(site), waitForLook);
  return [`${wait} if !${majority} !{ path ${readinessPath} }`];
}

/** Condition that is true while an edge sees more than half of the edges, itself included; undefined with fewer than three. */
export function seesMajority(site: SiteConfig): string | undefined {
  return edgeNodes(site).length < 3 ? undefined : `{ nbsrv(${allEdges}) ge ${majorityOf(site)} }`;
}

function majorityOf(site: SiteConfig): number {
  return Math.floor(edgeNodes(site).length / 2) + 1;
}
