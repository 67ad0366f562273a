import { z } from 'zod';
import { meshSchema, nodeMeshSchema } from './mesh-schema';
import { cloudflareSchema } from './cloudflare-schema';
import { messagesSchema } from './messages-schema';
import { poolSchema, watchdogSchema } from './pool-schema';
import { releaseSectionSchema } from './release-schema';
import { withRule } from './rule';
import { serviceSchema } from './service-schema';
import { sharedAddressesSchema } from './shared-address-schema';
import { tlsSchema } from './tls-schema';
import * as value from './values';

export { releaseSectionSchema } from './release-schema';

/**
 * The stack file's keys below `evenkeel:`, as they stand there: texts with units in, milliseconds and bytes
 * out. Types, defaults, the errors' allowed values and docs/config.md all come from here. Each key's
 * description says where its default is from.
 */

const sshDefaultsSchema = z.strictObject({
  user: value.sshUser
    .prefault('root')
    .describe('Who logs in. Default: root, since installing Docker and closing the slot ports need it.'),
  port: value.port(1, 22).prefault(22).describe("sshd's port. Default: the one registered with IANA."),
  privateKeyPath: value
    .localPath('~/.ssh/id_ed25519')
    .optional()
    .describe('The private key, on your machine. Either this or agentSocketPath.'),
  agentSocketPath: value
    .localPath('/run/user/1000/ssh-agent.socket')
    .optional()
    .describe("The ssh agent's socket, on your machine. Either this or privateKeyPath."),
});

const nodeSchema = z.strictObject({
  name: value.dnsLabel('pi1').describe('Unique in the site.'),
  place: value.dnsLabel('home').describe('What shares a LAN and fails together: a home, a data centre.'),
  address: value.address.describe(
    'How the other nodes and you reach it; one that stays, so no DNS name. Unique in the site.',
  ),
  mesh: nodeMeshSchema
    .optional()
    .describe(
      'With evenkeel:mesh: where the other nodes find it. You, and nodes of its place that look for it there, still use `address`.',
    ),
  ssh: z
    .strictObject({
      hostKey: value.hostKey.describe('Without it nobody could tell the node from an impostor.'),
      user: value.sshUser.optional().describe('Instead of the one in evenkeel:ssh.'),
      port: value.port(1, 22).optional().describe('Instead of the one in evenkeel:ssh.'),
      privateKeyPath: value
        .localPath('~/.ssh/id_ed25519')
        .optional()
        .describe('Instead of key or agent in evenkeel:ssh.'),
      agentSocketPath: value
        .localPath('/run/user/1000/ssh-agent.socket')
        .optional()
        .describe('Instead of key or agent in evenkeel:ssh.'),
    })
    .describe('How to log in.'),
  roles: value
    .listOf(z.enum(['manager', 'worker', 'edge']), 'of manager, worker and edge', '[manager, worker, edge]')
    .describe('manager: votes in the Swarm; worker: runs the slots; edge: takes the requests of the public.'),
  arch: withRule(z.enum(['amd64', 'arm64', 'arm']), {
    allowed: 'amd64, arm64 or arm',
    example: 'arm64',
    remedy: 'Write it as Docker does: x86_64 is amd64, aarch64 is arm64, armv7l is arm.',
  }).describe('What `docker version` calls OS/Arch.'),
  memory: value
    .size('128MiB', '64TiB')
    .optional()
    .describe('What is installed. Where it is known, both slots of all services must fit.'),
  labels: value
    .mapOf(value.labelKey, value.labelValue, 'names with a text each')
    .prefault({})
    .describe('What the nodes of a service are chosen by.'),
  maintenance: withRule(z.boolean(), {
    allowed: 'true or false',
    remedy: 'Write true or false, without quotes.',
  })
    .prefault(false)
    .describe(
      "True while the node is known to be out: it is left alone and doesn't count for the quorum. " +
        '`evenkeel node NAME drain` and `resume` write it.',
    ),
});

const edgeSchema = z.strictObject({
  image: value.pinnedImage.describe('HAProxy 2.6 or newer, built with Lua as the official images are.'),
  ports: z
    .strictObject({
      http: value.port(1, 80).prefault(80).describe("The public's port on every edge. Default: HTTP's."),
      https: value
        .port(1, 443)
        .optional()
        .describe("The same for HTTPS, where evenkeel:edge.tls is there. Left out: HTTPS' own, 443."),
    })
    .prefault({})
    .describe('Where the edges listen.'),
  sharedAddresses: sharedAddressesSchema,
  limits: z
    .strictObject({
      maxConnections: value
        .integer(100, 100_000, 4000)
        .prefault(4000)
        .describe(
          'At the same time, for each edge. One takes two file descriptors (client and slot), so the limit of the ' +
            'edge (`ulimit -n`) must be above twice this number. Default: 8000 descriptors, well below the 20000 ' +
            'of the smallest machine we tried.',
        ),
      memory: value.size('6MiB', '64TiB').optional().describe("Limit of one edge. The least is Docker's."),
    })
    .prefault({})
    .describe('What one edge may use.'),
  timeouts: z
    .strictObject({
      connect: value
        .duration('100ms', '1m', '1s')
        .prefault('1s')
        .describe(
          'To connect to a slot; then the next server is tried. Default: ten times the way across a continent and back. ' +
            'A packet that is lost is sent again after 1s (RFC 6298), and then a connection to another server is as good.',
        ),
      acknowledge: value
        .duration('500ms', '5m', '3s')
        .prefault('3s')
        .describe(
          "For data to be acknowledged by a slot's machine (TCP_USER_TIMEOUT): so long the requests that are at a machine " +
            'wait when it vanishes, before they are tried on another one. It also ends an upload of which the service reads ' +
            'nothing for so long. Default: TCP sends a packet four times in it, and an SD card is seldom busy for longer.',
        ),
      client: value
        .duration('1s', '1h', '30s')
        .prefault('30s')
        .describe('Silence of a client. Default: as the server timeout.'),
      server: value
        .duration('1s', '1h', '30s')
        .prefault('30s')
        .describe('Silence of a slot that has a request. Default: longer than people wait for a page.'),
      hardStop: value
        .duration('1s', '10m', '30s')
        .prefault('30s')
        .describe(
          'How long an old HAProxy worker may finish its requests. Default: as the server timeout, so no request ' +
            'that still may get an answer is cut.',
        ),
      drain: value
        .duration('1s', '1h', '1m')
        .prefault('1m')
        .describe(
          'How long the idle slot may keep old sessions before it is updated all the same; hardStop or more. ' +
            'Default: twice the default hardStop.',
        ),
    })
    .prefault({})
    .describe('How long an edge waits.'),
  trustedProxies: withRule(z.array(value.network), {
    allowed: 'a list of addresses and networks',
    example: '[10.0.0.0/8]',
  })
    .prefault([])
    .describe(
      'What stands before the edges (a CDN, a tunnel, a load balancer): their X-Forwarded-For, -Proto and -Host are believed. ' +
        "Everybody else's are replaced: a service gets exactly one address in X-Forwarded-For, the client's.",
    ),
  tls: tlsSchema,
});

/** Everything below `evenkeel:`. Of the secrets, only the names: their values never come here. */
export const stackSchema = z.strictObject({
  ssh: sshDefaultsSchema.prefault({}).describe('How to log in to the nodes, where a node says nothing else.'),
  nodes: value.listOf(nodeSchema, 'node').describe("The site's machines."),
  mesh: meshSchema
    .optional()
    .describe(
      'A WireGuard network of all nodes, for a site whose nodes are in several places: Swarm, slots and edges then use its ' +
        'addresses only. docs/mesh.md.',
    ),
  services: value.listOf(serviceSchema, 'service').describe('What the site runs.'),
  secrets: value
    .mapOf(value.secretName, z.null(), 'names with a secret each')
    .prefault({})
    .describe(
      'Texts that nobody else may read; services name them. Each is set by ' +
        "`pulumi config set --secret --path 'evenkeel:secrets.<name>'`, and encrypted in the stack file.",
    ),
  edge: edgeSchema.describe('The HAProxy in front of the services, on every node with the role edge.'),
  pool: poolSchema,
  watchdog: watchdogSchema,
  messages: messagesSchema,
  release: releaseSectionSchema,
  cloudflare: cloudflareSchema,
});

/** What the schema yields: all of `SiteConfig` but the site's name, with ssh not yet merged. */
export type StackConfig = z.output<typeof stackSchema>;
