/**
 * What a stack's config means, once it has been read and checked: plain values with one unit each
 * (milliseconds, bytes, per cent). Only `readSiteConfig` makes a `SiteConfig`, so whoever holds one may
 * rely on every rule in `config/`. The schema in `schema.ts` yields these types; the compiler checks it in
 * `readSiteConfig`.
 */

/** One of the two places a service's version can run in. Which of them is live is a matter of the pointer. */
export type SlotName = 'blue' | 'green';

/** What a node does: vote in the Swarm (manager), run slots (worker), take the public's requests (edge). */
export type NodeRole = 'manager' | 'worker' | 'edge';

/** A node's CPU architecture, in Docker's words. */
export type NodeArch = 'amd64' | 'arm64' | 'arm';

/** One site: one Swarm, one stack. */
export interface SiteConfig {
  /** The site's name: the stack's name. A DNS label. */
  site: string;
  /** The site's machines, in the order of the stack file. */
  nodes: NodeConfig[];
  /** The network that joins its places; undefined: the nodes reach each other as they are. */
  mesh?: MeshConfig;
  /** The services that the site runs, in the order of the stack file. */
  services: ServiceConfig[];
  /** The HAProxy in front of the services, one on each node with the role edge. */
  edge: EdgeConfig;
  /** Which version is in which slot, which slot is live, and the generation. */
  release: ReleaseConfig;
  /** The zone at Cloudflare that visitors come through; undefined: nothing is done at Cloudflare. */
  cloudflare?: CloudflareConfig;
  /** The names that lead to edges of this site and others; undefined: none. */
  pool?: PoolConfig;
  /** The process that keeps the pool's records; undefined: none runs at this site. */
  watchdog?: WatchdogConfig;
  /** Who is told what; undefined: nobody. */
  messages?: MessagesConfig;
}

/** Names and the edges that they may lead to; the same at every site. */
export interface PoolConfig {
  /** Lower case, at least one. */
  hostnames: string[];
  /** At least one; each node of a site once, each address once. */
  edges: { site: string; node: string; addresses: string[] }[];
  /** Whether clients come through Cloudflare. */
  proxied: boolean;
  /** Of the records that are not proxied, in ms. */
  ttl: number;
  check: {
    scheme: 'http' | 'https';
    /** Undefined: that of the scheme. */
    port?: number;
    /** Undefined: the health paths of this site's services (watchdog/settings-file.ts). */
    paths?: { hostname: string; path: string }[];
    /** PEM file of the CA of the edges' certificates; undefined: those that Node knows. */
    caFile?: string;
    /** What the watchdog shows to the edges: a PEM file, and the name of the secret with its key. */
    clientCertificate?: { certificate: string; key: string };
  };
}

/** The watchdog's process. */
export interface WatchdogConfig {
  /** Node's image, `repository:tag@sha256:…`. */
  image: string;
  /** Limit in bytes. */
  memory: number;
}

/** Where messages go. Whatever is called topic, token, user (of Pushover), url or password is a name of `evenkeel:secrets`. */
export interface MessagesConfig {
  ntfy?: { server: string; topic: string; token?: string };
  pushover?: { server: string; token: string; user: string };
  telegram?: { server: string; token: string; chat: string };
  webhook?: { url: string };
  email?: {
    server: string;
    port: number;
    /** TLS from the first byte (port 465); else STARTTLS, which is required once there is a password. */
    tls: boolean;
    /** In plain; given together with the password. */
    user?: string;
    password?: string;
    from: string;
    to: string[];
  };
  /** `HH:MM`, and a time zone of IANA's. */
  quietHours?: { from: string; to: string; timeZone: string };
  /** `every` in ms. */
  heartbeat?: { url: string; every: number };
}

/** One machine of the site. */
export interface NodeConfig {
  /** The node's name: a DNS label, unique in the site. */
  name: string;
  /** What shares a LAN and fails together: a home, a data centre. A DNS label. */
  place: string;
  /** IPv4 or IPv6 address (no DNS name) by which the other nodes and the operator reach it. Unique in the site. */
  address: string;
  /** In the mesh; on all nodes of a site with one, and on none without. */
  mesh?: NodeMeshConfig;
  /** How to log in to it; `evenkeel:ssh` is already merged in. */
  ssh: SshConfig;
  /** At least one, without repetition. */
  roles: NodeRole[];
  arch: NodeArch;
  /** Installed memory in bytes; undefined when not known, and then it isn't checked. */
  memory?: number;
  /** The user's own labels, for `ServiceConfig.nodes`. Those that start with `evenkeel.` are ours. */
  labels: Record<string, string>;
  /** True while the node is known to be out: nothing is done to it, and it doesn't count for the quorum. */
  maintenance: boolean;
}

/** A WireGuard network of all nodes of a site. */
export interface MeshConfig {
  /** `<address>/<bits>`, IPv4 or IPv6. */
  network: string;
  /** UDP port on which each node listens. */
  port: number;
  /** Time between two packets that keep the way through a NAT open, in ms. */
  keepalive: number;
  /** In bytes. */
  mtu: number;
}

/** What a node is in the mesh. */
export interface NodeMeshConfig {
  /** Of `MeshConfig.network`. */
  address: string;
  /** Where nodes in other places reach it (see `parseEndpoint`); undefined: nowhere, it reaches them. */
  endpoint?: string;
}

/** How to log in to a node. Exactly one of `privateKeyPath` and `agentSocketPath` is given. */
export interface SshConfig {
  user: string;
  port: number;
  /** The host's public key, `<type> <base64>`, as in `/etc/ssh/ssh_host_ed25519_key.pub`. */
  hostKey: string;
  /** Path of the private key on the operator's machine; `~` is not yet expanded. */
  privateKeyPath?: string;
  /** Path of the ssh agent's socket on the operator's machine; `~` is not yet expanded. */
  agentSocketPath?: string;
}

/** One service, which has two slots on each of its nodes. */
export interface ServiceConfig {
  /** A DNS label, short enough for `<name>-green` to be one too. Unique in the site. */
  name: string;
  /** The image without tag and digest: `registry.example.com/shop`. */
  repository: string;
  /** The port on which the service listens inside its container. */
  port: number;
  /** The names under which the public reaches it: lower case. Services that share one have different paths. */
  hostnames: string[];
  /**
   * What it serves of its hostnames: paths by whole segments, at least one. `/` is everything; the others begin with `/` and
   * do not end in it.
   */
  paths: string[];
  /** Hostnames whose visitors are sent on, path and query kept. */
  redirects: RedirectConfig[];
  /** Labels that a node must have, besides the role worker. `{}` means every worker. */
  nodes: Record<string, string>;
  health: HealthConfig;
  /** Environment variables in plain text. */
  env: Record<string, string>;
  /** Names of entries of `evenkeel:secrets`. */
  secrets: string[];
  resources: ResourcesConfig;
  /** The signal that asks the service to finish, `SIGTERM` by default. */
  stopSignal: string;
  /** How long, in ms, it may take to finish after that signal before it is killed. */
  stopGrace: number;
  /** The host port of each slot, the same on every node. */
  slotPorts: Record<SlotName, number>;
  /** The user's own test of a candidate. */
  acceptance?: AcceptanceConfig;
  /** What is run at the turning points of a release. */
  hooks?: HooksConfig;
  /** How clients stay on their servers; undefined: they don't. */
  sessions?: SessionsConfig;
  /** The candidate's own address. */
  preview?: PreviewConfig;
  maintenance: MaintenanceConfig;
  /** Whether both slots run on each node, or one of them, and the nodes change one after the other. */
  strategy: 'blueGreen' | 'rolling';
  limits: ServiceLimits;
  /** Whether an edge prefers servers of its own place while one is up and has room. */
  ownPlaceFirst: boolean;
  /** What serves the public when no server of the live slot is up; undefined: 503. */
  backup?: BackupConfig;
}

/** What an edge sends to a service at most; what is more, it answers with 503. */
export interface ServiceLimits {
  /** Requests at the same time, from one edge to one server. */
  maxConnections: number;
  /** Requests that wait for a server at one edge, for each server that is up. */
  queue: number;
  /** How long they wait, in ms. */
  queueTimeout: number;
}

/** Exactly one of `server` and `page` is given. */
export interface BackupConfig {
  server?: BackupServer;
  /** HTML, as `MaintenanceConfig.page`; with status 503. */
  page?: string;
}

/** A server that is none of the site's slots: another site's edge, another host. */
export interface BackupServer {
  /** IPv4 or IPv6 address. */
  address: string;
  port: number;
  /** Whether it is asked over TLS; its certificate is then checked. */
  tls: boolean;
  /** What it is asked for; undefined: the name that the client asked for. */
  hostHeader?: string;
}

/** A hostname whose visitors are sent to another one. */
export interface RedirectConfig {
  /** Used nowhere else in the site. */
  from: string;
  /** Undefined: the first of the service's hostnames. */
  to?: string;
  /** The status of the answer: permanent (301, 308) or not, keeping the method (307, 308) or not. */
  code: 301 | 302 | 307 | 308;
}

/** How an edge tells that a slot on a node is healthy: a 2xx or 3xx answer to GET on this path. */
export interface HealthConfig {
  /** Begins with `/`. */
  path: string;
  /** Time between two checks, in ms. */
  interval: number;
  /** Time in which an answer must be there, in ms; below the interval. */
  timeout: number;
}

/** What one task of a service (so one slot on one node) may use. */
export interface ResourcesConfig {
  /** Limit in bytes; undefined: no limit, and the memory isn't checked. */
  memory?: number;
  /** Limit in CPUs (0.5 is half of one); undefined: no limit. */
  cpus?: number;
}

/** Run by the gate, with `EVENKEEL_CANDIDATE_URL` and `EVENKEEL_CANDIDATE_VERSION` in its environment. */
export interface AcceptanceConfig {
  /** A shell command on the operator's machine; exit code 0 means accepted. */
  command: string;
  /** In ms; when it is over, the candidate is refused. */
  timeout: number;
}

/** Run by `pulumi up`; a hook that fails stops it. Each may run twice, when an `up` is repeated. */
export interface HooksConfig {
  /** Before the idle slot gets another image. */
  beforePrerelease?: HookConfig;
  /** When the candidate is proven, before the public is sent to it. */
  beforeSwitch?: HookConfig;
  /** When the public is on the candidate. */
  afterSwitch?: HookConfig;
  /** When the public is back on what was live before; the other hooks of a switch are not run then. */
  afterRollback?: HookConfig;
}

/** Exactly one of `command` and `task` is given. */
export interface HookConfig {
  /** A shell command on the operator's machine; exit code 0 is success. */
  command?: string;
  /** What a one-off container of the image is run with, as `docker run IMAGE WORD …`; at least one word. */
  task?: string[];
  /** How long it may run, in ms. */
  timeout: number;
}

/** A client's session stays on its server, by a cookie of HAProxy's. */
export interface SessionsConfig {
  /** The cookie's name; another one for each service that shares a hostname. */
  cookie: string;
  /** Whether a session goes to the live slot at once or finishes on the old one, for `EdgeTimeouts.drain` at most. */
  onSwitch: 'move' | 'finish';
}

/** Where the candidate can be looked at before the public sees it. */
export interface PreviewConfig {
  /** A name of its own, no public one. */
  hostname: string;
  /** Name of the entry of `evenkeel:secrets` that holds the token which a visitor must show. */
  token: string;
}

/** What the public gets while the pointer says maintenance. */
export interface MaintenanceConfig {
  /** HTML, at most 8 KiB in UTF-8, without control characters but tab and line ends; undefined: a plain page of ours. */
  page?: string;
  /** In ms, for the header Retry-After. */
  retryAfter: number;
  /** Addresses and networks (CIDR) of clients that get through all the same. */
  allow: string[];
}

/** The site's edges. */
export interface EdgeConfig {
  /** HAProxy's image, `repository:tag@sha256:…`. */
  image: string;
  /** The public ports of each edge node; of `https`, see `httpsPort`. */
  ports: { http: number; https?: number };
  /** Addresses that the edges of a place share; none by default. */
  sharedAddresses: SharedAddressConfig[];
  /** What one edge may use: connections at the same time, and bytes of memory (undefined: no limit). */
  limits: { maxConnections: number; memory?: number };
  timeouts: EdgeTimeouts;
  /** Addresses and networks (CIDR) of proxies before the edges, whose X-Forwarded headers are believed. */
  trustedProxies: string[];
  /** HTTPS; undefined: plain HTTP only. */
  tls?: TlsConfig;
}

/** HTTPS at the edges. */
export interface TlsConfig {
  certificate: CertificateConfig;
  /** With fewer days left than this, the certificate is renewed. */
  renewBefore: number;
  /** Strict-Transport-Security; `maxAge` in days. */
  hsts: { maxAge: number; includeSubDomains: boolean; preload: boolean };
  /** Whether plain HTTP is sent on to HTTPS. */
  redirect: boolean;
  /** The CA, as a PEM file on the operator's machine, whose certificate a client must show; `~` is not yet expanded. */
  originPulls?: { caFile: string };
  /** Addresses and networks (CIDR) whose CF-Connecting-IP is believed. */
  clientAddress?: { ranges: string[] };
}

/** Where the certificate comes from: exactly one of these is given. */
export interface CertificateConfig {
  /** PEM files on the operator's machine; `~` is not yet expanded. */
  files?: { certificate: string; key: string };
  /** Made by Pulumi; in days. */
  selfSigned?: { validity: number };
  /** Made by Cloudflare's Origin CA; in days. */
  cloudflare?: { validity: number };
}

/** An address that one edge of a place has at a time. */
export interface SharedAddressConfig {
  /** A place with two edges or more, in one LAN. */
  place: string;
  /** IPv4 or IPv6 as the addresses of the place's edges; nothing else has it. */
  address: string;
  /** The LAN's interface on each edge; undefined: the one that leads to the address. */
  interface?: string;
  /** VRRP's virtual router ID, 1 to 255; undefined: see `routerIdOf`. */
  routerId?: number;
}

/** All in ms. */
export interface EdgeTimeouts {
  /** To connect to a slot. */
  connect: number;
  /** For data sent to a slot's machine to be acknowledged. */
  acknowledge: number;
  /** Silence of a client. */
  client: number;
  /** Silence of a slot while it has a request. */
  server: number;
  /** HAProxy's `hard-stop-after`: how long an old worker may finish its requests after a stop or reload. */
  hardStop: number;
  /** How long the idle slot may keep old sessions before it is updated all the same; and how long they may finish there. */
  drain: number;
}

/** The zone at Cloudflare, and how to reach it. */
export interface CloudflareConfig {
  /** The zone's name: a domain in lower case. */
  zone: string;
  /** 32 hex digits. */
  zoneId: string;
  /** The entry of `evenkeel:secrets` with the API token. */
  token: string;
  /** Base of the API, without `/` at its end; undefined: Cloudflare's own. */
  apiUrl?: string;
  settings: ZoneSettings;
}

/** What `pulumi up` keeps of the zone's settings; `leave`: what anybody makes of it. */
export interface ZoneSettings {
  /** How Cloudflare reaches the edges: HTTPS with a certificate that it checks, or takes unseen. */
  ssl: 'strict' | 'full' | 'leave';
  /** The oldest TLS that visitors are spoken to with. */
  minTlsVersion: '1.0' | '1.1' | '1.2' | '1.3' | 'leave';
  /** Whether visitors are sent from http to https. */
  alwaysUseHttps: 'on' | 'off' | 'leave';
  /** Whether Cloudflare shows its client certificate to the edges. */
  originPulls: 'on' | 'off' | 'leave';
}

/** What `evenkeel release` and its sisters edit. */
export interface ReleaseConfig {
  /** Grows with every change of what the public sees, a rollback included. An integer, at least 1. */
  generation: number;
  /** By the service's name; each service has exactly one entry. */
  services: Record<string, ServiceRelease>;
}

/** The two slots of a service, and where the traffic goes. */
export interface ServiceRelease {
  /** The slot that serves the public; it has a release. */
  live: SlotName;
  /** Share of the public's clients that is sent to the idle slot: an integer from 0 to 100, in per cent. */
  canary: number;
  /** What runs in the slot blue; undefined: empty. */
  blue?: Release;
  /** What runs in the slot green; undefined: empty. */
  green?: Release;
  /** What was live before the last switch: what a rollback goes back to, while the idle slot still holds it. */
  previous?: Release;
  /** What the idle slot held before the candidate: what an abort puts back. */
  replaced?: Release;
  /** True while the edges answer the public with 503. */
  maintenance?: boolean;
  /** Nobody can release until it is taken away. */
  hold?: Hold;
  /** What was done, the oldest first; at most 20, since Git has the rest. */
  history?: HistoryEntry[];
}

/** Why nobody can release a service. */
export interface Hold {
  why: string;
  /** `user@machine`. */
  by: string;
  /** ISO 8601, UTC, to the minute: `2026-11-21T13:00Z`. */
  at: string;
}

/** One act in the life of a service. */
export interface HistoryEntry {
  /** ISO 8601, UTC, to the minute: `2026-11-21T13:00Z`. */
  at: string;
  /** `user@machine`. */
  by: string;
  /** The command: `prerelease`, `switch`, `rollback`, … */
  did: string;
  /** What it was before: a version, or a canary share as `5 %`. */
  from?: string;
  /** What it became. */
  to?: string;
  /** Why, or what is special about it (`--force`). */
  note?: string;
}

/** A version of a service: the image is `<repository>:<tag>@<digest>`. */
export interface Release {
  /** Strict semver, no leading `v` and no build metadata (`+` is not allowed in a tag). */
  version: string;
  /** `sha256:` and 64 lower-case hex digits. */
  digest: string;
  /** The tag under which the slot got the image, where it is not the version: a release is called stable in place. */
  tag?: string;
  /** Generation in which the same image was deployed anew, with the settings and secrets of that time. */
  redeployed?: number;
}
