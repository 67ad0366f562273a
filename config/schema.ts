import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

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
    .describe("True while the node is known to be out: it is left alone and doesn't count for the quorum."),
});

const serviceSchema = z.strictObject({
  name: value.serviceName.describe('Unique in the site; the slots are <name>-blue and <name>-green.'),
  repository: value.repository.describe('The image; its version and digest stand in evenkeel:release.'),
  port: value.port(1, 8080).describe('Where the service listens, inside its container.'),
  hostnames: value
    .listOf(value.hostname, 'DNS name', '[shop.example.com]')
    .describe('Where the public finds it. Unique in the site.'),
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
});

const edgeSchema = z.strictObject({
  image: value.pinnedImage.describe('HAProxy.'),
  ports: z
    .strictObject({
      http: value.port(1, 80).prefault(80).describe("The public's port on every edge. Default: HTTP's."),
    })
    .prefault({})
    .describe('Where the edges listen.'),
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
        .duration('100ms', '1m', '2s')
        .prefault('2s')
        .describe('To connect to a slot. Default: as the health interval, plenty between nearby places.'),
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
});

const releaseSchema = z.strictObject({
  version: value.version.describe("The image's tag, and what people call it."),
  digest: value.digest.describe('What the registry said the tag is, at the time of evenkeel prerelease.'),
});

const serviceReleaseSchema = z.strictObject({
  live: z.enum(['blue', 'green']).describe('The slot that serves the public.'),
  canary: value
    .integer(0, 100, 5)
    .prefault(0)
    .describe("The idle slot's share of the public's requests, in per cent."),
  blue: releaseSchema.optional().describe('What is in the slot blue. Left out: nothing.'),
  green: releaseSchema.optional().describe('What is in the slot green. Left out: nothing.'),
});

/** Everything below `evenkeel:`. Of the secrets, only the names: their values never come here. */
export const stackSchema = z.strictObject({
  ssh: sshDefaultsSchema.prefault({}).describe('How to log in to the nodes, where a node says nothing else.'),
  nodes: value.listOf(nodeSchema, 'node').describe("The site's machines."),
  services: value.listOf(serviceSchema, 'service').describe('What the site runs.'),
  secrets: value
    .mapOf(value.secretName, z.null(), 'names with a secret each')
    .prefault({})
    .describe(
      'Texts that nobody else may read; services name them. Each is set by ' +
        "`pulumi config set --secret --path 'evenkeel:secrets.<name>'`, and encrypted in the stack file.",
    ),
  edge: edgeSchema.describe('The HAProxy in front of the services, on every node with the role edge.'),
  release: z
    .strictObject({
      generation: value
        .integer(1, Number.MAX_SAFE_INTEGER)
        .describe('One more with every change of what the public sees, a rollback included.'),
      services: value
        .mapOf(z.string(), serviceReleaseSchema, "the services' names with live, canary, blue and green each")
        .describe('One entry for each service.'),
    })
    .describe('Which version is in which slot, and which slot is live. `evenkeel` edits it.'),
});

/** What the schema yields: all of `SiteConfig` but the site's name, with ssh not yet merged. */
export type StackConfig = z.output<typeof stackSchema>;
