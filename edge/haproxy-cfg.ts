import { createHash } from 'node:crypto';
import { hostAndPort } from '../config/host-and-port';
import { runsOn } from '../config/runs-on';
import type { NodeConfig, ServiceConfig, SiteConfig } from '../config/site-config';
import { otherSlot, slotNames } from '../release/pointer';
import { generationPath, pointerMapFile, serverStateFile } from './edge-paths';

/** Port that HAProxy listens on inside its container; the edge's public port is published to it. */
export const edgeContainerPort = 8080;

/**
 * Header, cookie and query parameter that carry the token of a preview address.
 * The query parameter is for a browser: it is answered with the cookie and a redirect.
 */
export const previewTokenName = 'evenkeel-token';

/** SHA-256 (hex, upper case, as HAProxy's `hex` converter prints it) of each preview token, by name of the secret. */
export type PreviewTokenHashes = Record<string, string>;

/**
 * `haproxy.cfg` of every edge of a site: a function of the config alone, so all edges have the same, and none of it
 * changes in a release. What a release changes is the pointer, which HAProxy reads from a map for each request.
 *
 * One backend for each service and slot, one static server for each node: no DNS, no overlay and no VIP of Swarm's is
 * in the path (DESIGN.md, "Slots": those drop requests).
 *
 * @param tokens hashes of the preview tokens; a service whose token is not among them gets no preview address.
 */
export function haproxyCfg(site: SiteConfig, tokens: PreviewTokenHashes): string {
  const body = [
    ...defaults(site),
    ...frontend(site, tokens),
    ...otherEdges(site),
    ...site.services.flatMap((service) => slotNames.flatMap((slot) => backend(site, service, slot))),
  ];
  return [...global(site, haproxyCfgHash(body.join('\n'))), ...body].join('\n') + '\n';
}

/** The first 16 hex digits of a text's SHA-256: names a `haproxy.cfg` in `show info` and in the inputs of gate and switchover. */
export function haproxyCfgHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Name of the backend of one slot, in `haproxy.cfg` and in `show stat`. */
export function backendName(service: string, slot: string): string {
  return `${service}-${slot}`;
}

/** The nodes that run a service: workers that have every label the service asks for. */
export function serviceNodes(site: SiteConfig, service: ServiceConfig): NodeConfig[] {
  return site.nodes.filter((node) => runsOn(service, node));
}

function global(site: SiteConfig, hash: string): string[] {
  return [
    'global',
    '  log stdout format raw local0 info',
    // Read back in `show info`: says which haproxy.cfg a worker really runs.
    `  description ${hash}`,
    `  maxconn ${site.edge.limits.maxConnections}`,
    `  hard-stop-after ${site.edge.timeouts.hardStop}ms`,
    `  server-state-file ${serverStateFile}`,
    '',
  ];
}

function defaults(site: SiteConfig): string[] {
  const { connect, client, server } = site.edge.timeouts;
  return [
    'defaults',
    '  mode http',
    '  log global',
    '  option httplog',
    '  option dontlog-normal',
    '  option forwardfor',
    '  option http-keep-alive',
    // A reload closes an idle kept-alive connection after the next answer and not before: without it 8 reloads under
    // load lost 2 of 6,303 requests, with it none of 25,200 (measured, lab/load).
    '  option idle-close-on-response',
    `  timeout connect ${connect}ms`,
    `  timeout client ${client}ms`,
    `  timeout server ${server}ms`,
    `  timeout http-request ${client}ms`,
    `  timeout http-keep-alive ${client}ms`,
    `  timeout queue ${server}ms`,
    '  timeout tunnel 1h',
    // Only a connection that could not be made is tried again, on another server: nothing was sent, so it is safe for every method.
    '  retries 3',
    '  retry-on conn-failure',
    '  option redispatch 1',
    '  load-server-state-from-file global',
    '',
  ];
}

function frontend(site: SiteConfig, tokens: PreviewTokenHashes): string[] {
  const generation = `str(generation),map_str(${pointerMapFile},0)`;
  return [
    'frontend public',
    `  bind :${edgeContainerPort}`,
    ...waitWithoutMajority(site),
    `  http-request set-var(txn.generation) ${generation},add(0)`,
    `  http-request return status 200 content-type application/json hdr cache-control no-store hdr ${generationHeader} %[var(txn.generation)] lf-string "{\\"generation\\":%[var(txn.generation)],\\"edge\\":\\"%[hostname]\\"}\\n" if { path ${generationPath} }`,
    ...toNewerEdge(site),
    '  http-request set-var(txn.host) req.hdr(host),field(1,:),lower',
    ...site.services.flatMap((service) => route(service, tokens)),
    `  http-request return status 404 content-type text/plain string "no service has this host name\\n" if !{ var(txn.slot) -m found } !${passedOn}`,
    '  http-request set-header X-Forwarded-Proto http',
    `  use_backend %[var(txn.edge)] if ${passedOn}`,
    '  use_backend %[var(txn.service)]-%[var(txn.slot)]',
    '',
  ];
}

/** Header in which an edge says its generation to the other edges. */
const generationHeader = 'evenkeel-generation';

/** Header of a request that an edge has passed on to another one, so that it is passed on only once. */
const forwardedHeader = 'evenkeel-forwarded';

/** How often each edge looks at the generation of each other edge, in ms. */
const lookInterval = 200;

/** How long a request waits at an edge that sees no majority of the edges, in ms: two looks and a margin. */
const waitForLook = 500;

/** The edges that look at each other. */
function edgeNodes(site: SiteConfig): NodeConfig[] {
  return site.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
}

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
function otherEdges(site: SiteConfig): string[] {
  const edges = edgeNodes(site);
  const address = (edge: NodeConfig) => hostAndPort(edge.address, site.edge.ports.http);
  return [
    ...edges.flatMap((edge) => [
      `backend ${edgeBackend(edge)}`,
      '  option httpchk',
      `  http-check send meth GET uri ${generationPath} ver HTTP/1.1 hdr Host ${edge.name}`,
      '  http-check expect status 200',
      `  http-check set-var(${generationOf(edge)}) res.hdr(${generationHeader})`,
      `  timeout check ${lookInterval}ms`,
      `  http-request set-header ${forwardedHeader} 1`,
      `  server ${edge.name} ${address(edge)} check inter ${lookInterval}ms fall 2 rise 1`,
      '',
    ]),
    `backend ${allEdges}`,
    ...edges.map((edge) => `  server ${edge.name} ${address(edge)} track ${edgeBackend(edge)}/${edge.name}`),
    '',
  ];
}

/** A request that goes to another edge: that one judges it, with all that the client sent. */
const passedOn = '{ var(txn.edge) -m found }';

function toNewerEdge(site: SiteConfig): string[] {
  return edgeNodes(site).map((edge) => {
    const newer = `{ var(${generationOf(edge)}),sub(txn.generation) gt 0 }`;
    const up = `{ srv_is_up(${edgeBackend(edge)}/${edge.name}) }`;
    return `  http-request set-var(txn.edge) str(${edgeBackend(edge)}) if ${newer} ${up} !{ req.hdr(${forwardedHeader}) -m found }`;
  });
}

/**
 * With three edges or more: an edge that sees less than half of them (itself included) may be cut off, or just back.
 * It lets each request wait for a fresh look before it decides, so that not even the first answer after its return is
 * an old one; cut off, it goes on serving what it had. With two edges the other one may simply be dead, and waiting
 * would slow every request down for as long; there an old answer is possible for one look.
 */
function waitWithoutMajority(site: SiteConfig): string[] {
  const edges = edgeNodes(site).length;
  if (edges < 3) return [];
  return [
    `  tcp-request inspect-delay ${waitForLook}ms`,
    // A look itself never waits: edges that all start at once would else each wait for the others, for good.
    `  tcp-request content accept if { path ${generationPath} }`,
    `  tcp-request content accept if { nbsrv(${allEdges}) ge ${Math.floor(edges / 2) + 1} }`,
    '  tcp-request content accept if WAIT_END',
  ];
}

function route(service: ServiceConfig, tokens: PreviewTokenHashes): string[] {
  const { name } = service;
  const live = `str(${name}.live),map_str(${pointerMapFile})`;
  const lines = [
    `  acl host_${name} var(txn.host) -m str ${service.hostnames.join(' ')}`,
    `  http-request set-var(txn.service) str(${name}) if host_${name}`,
    `  http-request set-var(txn.slot) ${live} if host_${name}`,
    // A client's address decides on which side of the canary share it is: the same on every edge, and growing with the share.
    `  http-request set-var(txn.share) str(${name}.canary),map_str(${pointerMapFile},0),add(0) if host_${name}`,
    `  http-request set-var(txn.bucket) src,sdbm(1),mod(100) if host_${name}`,
    `  http-request set-var(txn.canary) var(txn.bucket),sub(txn.share) if host_${name}`,
    ...toIdleSlot(`host_${name} { var(txn.canary) -m int lt 0 }`),
  ];
  const hash = service.preview && tokens[service.preview.token];
  return hash ? [...lines, ...preview(service, service.preview!.hostname, hash)] : lines;
}

function preview({ name }: ServiceConfig, hostname: string, hash: string): string[] {
  const given = (fetch: string) => `${fetch},sha2(256),hex -m str ${hash}`;
  return [
    `  acl preview_${name} var(txn.host) -m str ${hostname}`,
    `  acl token_${name} ${given(`req.hdr(${previewTokenName})`)}`,
    `  acl token_${name} ${given(`req.cook(${previewTokenName})`)}`,
    `  acl token_query_${name} ${given(`url_param(${previewTokenName})`)}`,
    `  http-request return status 302 hdr location / hdr set-cookie "${previewTokenName}=%[url_param(${previewTokenName})]; Path=/; HttpOnly; SameSite=Lax" if preview_${name} token_query_${name} !${passedOn}`,
    `  http-request return status 401 content-type text/plain string "this preview needs its token\\n" if preview_${name} !token_${name} !${passedOn}`,
    `  http-request del-header ${previewTokenName} if preview_${name} !${passedOn}`,
    `  http-request set-var(txn.service) str(${name}) if preview_${name}`,
    `  http-request set-var(txn.slot) str(${name}.live),map_str(${pointerMapFile}) if preview_${name}`,
    ...toIdleSlot(`preview_${name}`),
  ];
}

/** Turns `txn.slot` from the live slot into the idle one; `txn.turned` keeps the second line from turning it back. */
function toIdleSlot(condition: string): string[] {
  return [
    `  http-request set-var(txn.turned) var(txn.slot) if ${condition}`,
    ...slotNames.map(
      (slot) =>
        `  http-request set-var(txn.slot) str(${otherSlot(slot)}) if ${condition} { var(txn.turned) -m str ${slot} }`,
    ),
  ];
}

function backend(site: SiteConfig, service: ServiceConfig, slot: (typeof slotNames)[number]): string[] {
  const { interval, timeout, path } = service.health;
  return [
    `backend ${backendName(service.name, slot)}`,
    '  balance roundrobin',
    '  option httpchk',
    `  http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${service.hostnames[0]}`,
    `  timeout check ${timeout}ms`,
    // A server that is down is looked at each second: a candidate is found healthy soon after it is.
    `  default-server check inter ${interval}ms fastinter 500ms downinter 1s fall 3 rise 2`,
    ...serviceNodes(site, service).map(
      (node) => `  server ${node.name} ${hostAndPort(node.address, service.slotPorts[slot])}`,
    ),
    '',
  ];
}
