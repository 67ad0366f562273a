import { z } from 'zod';
import { backupSchema, serviceLimitsSchema } from './service-edge-schema';
import { withRule } from './rule';
import * as value from './values';

const hookSchema = z.strictObject({
  command: value.command
    .optional()
    .describe('Run on your machine; exit code 0 is success. Either this or task.'),
  task: value
    .listOf(value.word, 'word', '[migrate, up]')
    .optional()
    .describe(
      'Run once on the Swarm, as `docker run IMAGE WORD …` with the image of the version, its env, secrets, resources ' +
        'and nodes. Either this or command.',
    ),
  timeout: value
    .duration('1s', '1h', '5m')
    .prefault('5m')
    .describe(
      'When it is over, the hook is stopped and has failed. Default: ample for a migration of a small database.',
    ),
});

const redirectSchema = z.strictObject({
  from: value.hostname.describe('A name of its own, none of the others.'),
  to: value.hostname
    .optional()
    .describe("Where to: no redirect's own from. Left out: the first of the hostnames."),
  code: withRule(z.literal([301, 302, 307, 308]), {
    allowed: '301, 302, 307 or 308',
    example: '308',
  })
    .prefault(308)
    .describe(
      'The status. Default: permanent, and the method stays, so no form is lost on the way (RFC 9110, 15.4.9).',
    ),
});

/** An item of `evenkeel:services`; see schema.ts. */
export const serviceSchema = z.strictObject({
  name: value.serviceName.describe('Unique in the site; the slots are <name>-blue and <name>-green.'),
  repository: value.repository.describe('The image; its version and digest stand in evenkeel:release.'),
  port: value.port(1, 8080).describe('Where the service listens, inside its container.'),
  hostnames: value
    .listOf(value.hostname, 'DNS name', '[shop.example.com]')
    .describe('Where the public finds it. Services may share one where their paths differ.'),
  paths: value
    .listOf(value.pathPrefix, 'path', '[/api]')
    .prefault(['/'])
    .describe(
      'Which part of its hostnames is its own: /api is /api and all below it, but not /apix; of several services the one ' +
        'with the longest path gets a request, its path unchanged. Left out: all of it.',
    ),
  redirects: withRule(z.array(redirectSchema), { allowed: 'a list of redirects' })
    .prefault([])
    .describe('Other hostnames, whose visitors are sent on. Path and query are kept.'),
  nodes: value
    .mapOf(value.labelKey, value.labelValue, 'names with a text each')
    .prefault({})
    .describe('Labels that a node must have, besides the role worker. Left out: every worker.'),
  health: z
    .strictObject({
      path: value.urlPath
        .prefault('/alive')
        .describe("The edges GET it; 2xx and 3xx are healthy. Default: the sample service's."),
      interval: value
        .duration('100ms', '1m', '2s')
        .prefault('2s')
        .describe("Between two checks. Default: HAProxy's own (inter)."),
      timeout: value
        .duration('10ms', '1m', '1s')
        .prefault('1s')
        .describe('For the answer; below the interval. Default: half of the default interval.'),
    })
    .prefault({})
    .describe('How an edge tells that a slot is healthy.'),
  env: value
    .mapOf(value.envName, value.envValue, 'names with a text each')
    .prefault({})
    .describe('Environment, in plain text. Swarm expands its templates ({{…}}) in it.'),
  secrets: withRule(z.array(value.secretName), { allowed: 'a list of names', example: '[shop-db-password]' })
    .prefault([])
    .describe('Names of entries of evenkeel:secrets.'),
  resources: z
    .strictObject({
      memory: value
        .size('6MiB', '64TiB')
        .optional()
        .describe("Limit of one slot on one node. The least is Docker's."),
      cpus: value
        .number(0.01, 1024)
        .optional()
        .describe("Limit of one slot on one node. The least is Docker's."),
    })
    .prefault({})
    .describe('What one slot may use on one node. Left out: no limit.'),
  stopSignal: z
    .enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'])
    .prefault('SIGTERM')
    .describe("Asks the service to finish its requests and end. Default: Docker's."),
  stopGrace: value
    .duration('1s', '10m', '30s')
    .prefault('30s')
    .describe("How long it may take for that, before it is killed. Default: as the edges' server timeout."),
  slotPorts: z
    .strictObject({
      blue: value.port(1024, 18080).describe("The slot blue's port on every node."),
      green: value.port(1024, 18081).describe("The slot green's port on every node."),
    })
    .describe('Unique in the site; only its nodes can reach them.'),
  acceptance: z
    .strictObject({
      command: value.command.describe(
        'Run on your machine with EVENKEEL_CANDIDATE_URL and EVENKEEL_CANDIDATE_VERSION; exit code 0 accepts.',
      ),
      timeout: value
        .duration('1s', '1h', '1m')
        .prefault('1m')
        .describe(
          'When it is over, the candidate is refused. Default: as long as a candidate has to get healthy.',
        ),
    })
    .optional()
    .describe('Your own test of a candidate.'),
  hooks: z
    .strictObject({
      beforePrerelease: hookSchema
        .optional()
        .describe('Before the idle slot gets another image: a migration.'),
      beforeSwitch: hookSchema
        .optional()
        .describe('When the candidate is proven, before the public is sent to it.'),
      afterSwitch: hookSchema.optional().describe('When the public is on the candidate.'),
      afterRollback: hookSchema
        .optional()
        .describe('When the public is back on what was live before; then no other hook is run.'),
    })
    .optional()
    .describe(
      'Run by `pulumi up`; one that fails stops it. Each may run twice, and must bear it: see ' +
        '[databases.md](databases.md). In the environment: EVENKEEL_HOOK, EVENKEEL_SERVICE, EVENKEEL_SLOT, ' +
        'EVENKEEL_VERSION and EVENKEEL_PREVIOUS_VERSION.',
    ),
  sessions: z
    .strictObject({
      cookie: value.cookieName
        .prefault('evenkeel-session')
        .describe(
          "Its name. It holds the node's name, and ends with the browser's session; with finish, a second one, " +
            '<cookie>-slot, holds the slot. Services that share a hostname need different ones.',
        ),
      onSwitch: z
        .enum(['move', 'finish'])
        .prefault('move')
        .describe(
          'move: after a switch a client goes on in the live slot, on the same node where it is healthy. finish: it stays on ' +
            'the old slot until edge.timeouts.drain after the switch, and moves then; after a rollback everybody moves at ' +
            'once. See [sessions.md](sessions.md).',
        ),
    })
    .optional()
    .describe(
      'Keeps each client on its server, by a cookie: for a service that has sessions in its own memory. Left out: each request goes to the next server.',
    ),
  preview: z
    .strictObject({
      hostname: value.hostname.describe("A name of its own, none of the public's."),
      token: value.secretName.describe(
        "The entry of evenkeel:secrets that holds what a visitor must show: 16 or more of A-Z, a-z, 0-9, '-' and '_', " +
          'made by `openssl rand -hex 16`.',
      ),
    })
    .optional()
    .describe('Where you look at a candidate before the public does.'),
  maintenance: z
    .strictObject({
      page: value.page
        .optional()
        .describe(
          'HTML that the edges answer with (status 503). Left out: a plain page that says "Back soon".',
        ),
      retryAfter: value
        .duration('1s', '24h', '5m')
        .prefault('5m')
        .describe(
          'When clients may try again, for the header Retry-After, which crawlers obey. Default: our choice.',
        ),
      allow: withRule(z.array(value.network), {
        allowed: 'a list of addresses and networks',
        example: '[192.168.1.0/24]',
      })
        .prefault([])
        .describe('Clients that get through all the same: you, while you look whether all is well.'),
    })
    .prefault({})
    .describe('What the public sees while evenkeel maintenance is on.'),
  strategy: z
    .enum(['blueGreen', 'rolling'])
    .prefault('blueGreen')
    .describe(
      'How a version becomes live. blueGreen: both versions run on each node, and all edges switch at once. rolling: for ' +
        'what is too small for two versions, one runs on each node, and the nodes change one after the other; no preview, ' +
        'no canary, no rollback at a stroke. See [rolling.md](rolling.md).',
    ),
  limits: serviceLimitsSchema,
  ownPlaceFirst: withRule(z.boolean(), {
    allowed: 'true or false',
    remedy: 'Write true or false, without quotes.',
  })
    .prefault(false)
    .describe(
      'True: an edge sends a request to a server of its own place, as long as one is up and has room; else to any. False: to all ' +
        'servers in turn.',
    ),
  backup: backupSchema,
});
