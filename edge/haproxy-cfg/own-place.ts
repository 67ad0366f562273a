import type { NodeConfig, ServiceConfig, SiteConfig } from '../../config/site-config';
import { edgeNodes } from './edge-nodes';

/** Header in which an edge says to the others who it is: a number that each worker makes up. */
const edgeIdHeader = 'evenkeel-edge';

/** Variable of a worker: who it is. */
const ownId = 'proc.id';

/** Variable of a worker: who the edge on a node is; names of variables have no hyphen. */
function idOf(edge: NodeConfig): string {
  return `proc.id_${edge.name.replaceAll('-', '_')}`;
}

/**
 * Finds out which place this edge is in, as `txn.place`. `haproxy.cfg` is the same everywhere and a container does not know
 * its node's name; but each edge looks at all edges, itself included: the one that answers with its own number is itself.
 * Until the first look (0.2 s) no place is its own. Not in a global section: there HAProxy 2.6 gives every worker the uuid 0.
 */
export function findPlace(site: SiteConfig): string[] {
  if (!site.services.some(({ ownPlaceFirst }) => ownPlaceFirst)) return [];
  return [
    `  http-request set-var(${ownId}) uuid() unless { var(${ownId}) -m found }`,
    ...edgeNodes(site).map(
      (edge) =>
        `  http-request set-var(txn.place) str(${edge.place}) if { var(${ownId}),strcmp(${idOf(edge)}) eq 0 }`,
    ),
  ];
}

/** The part of the backend by which an edge looks at another one. */
export function noteId(site: SiteConfig, edge: NodeConfig): string[] {
  return findPlace(site).length > 0 ? [`  http-check set-var(${idOf(edge)}) res.hdr(${edgeIdHeader})`] : [];
}

/** What an edge adds to the answer to a look. */
export function sayId(site: SiteConfig): string {
  return findPlace(site).length > 0 ? `hdr ${edgeIdHeader} %[var(${ownId})] ` : '';
}

/**
 * The part of a slot's backend: a server of the own place gets the request, as long as one is up and has room; else any
 * does, and so does a retry. By lot among several: the first rule takes one in n, the next one in n - 1, …; the second
 * round is for a lot that fell on a server that is down. A client that has a session goes to its server.
 */
export function ownPlaceFirst(
  backend: string,
  service: ServiceConfig,
  nodes: readonly NodeConfig[],
): string[] {
  if (!service.ownPlaceFirst) return [];
  const hasSession = service.sessions ? ` !{ req.cook(${service.sessions.cookie}) -m found }` : '';
  const places = [...new Set(nodes.map(({ place }) => place))];
  return places.flatMap((place) => {
    const own = nodes.filter((node) => node.place === place);
    if (own.length === nodes.length) return []; // no other place to prefer it to
    const use = ({ name }: NodeConfig, lot = '') =>
      `  use-server ${name} if { var(txn.place) -m str ${place} } { srv_conn_free(${backend}/${name}) gt 0 }${hasSession}${lot}`;
    return [
      ...own.slice(0, -1).map((node, index) => use(node, ` { rand(${own.length - index}) eq 0 }`)),
      ...own.toReversed().map((node) => use(node)),
    ];
  });
}
