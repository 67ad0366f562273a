import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

/** `limits` of an item of `evenkeel:services`. */
export const serviceLimitsSchema = z
  .strictObject({
    maxConnections: value
      .integer(1, 100_000, 256)
      .prefault(256)
      .describe(
        'Requests (and WebSockets) at the same time, from each edge to each server. What the service can do well at once; ' +
          "Default: Apache's of old (prefork), far more than most do.",
      ),
    queue: value
      .integer(0, 100_000, 100)
      .prefault(100)
      .describe(
        'Requests that wait at an edge for a free place, for each server that is up; the next one gets 503 at once, with ' +
          'Retry-After. Default: at 50 requests/s for each server, as many as get their turn within queueTimeout.',
      ),
    queueTimeout: value
      .duration('100ms', '1m', '2s')
      .prefault('2s')
      .describe('How long they wait before they get 503. Default: who waits longer, reloads the page.'),
  })
  .prefault({})
  .describe('What an edge sends to the service at most; what is more, it turns away with 503.');

/** `backup` of an item of `evenkeel:services`. */
export const backupSchema = z
  .strictObject({
    server: z
      .strictObject({
        address: value.address.describe("Not one of the site's nodes."),
        port: value.port(1, 80).describe('Where it listens.'),
        tls: withRule(z.boolean(), {
          allowed: 'true or false',
          remedy: 'Write true or false, without quotes.',
        })
          .prefault(false)
          .describe(
            "Whether it speaks TLS. Its certificate is checked, by the CAs of the edge's image (the official ones have them).",
          ),
        hostHeader: value.hostname
          .optional()
          .describe('What it is asked for. Left out: the name that the client asked for.'),
      })
      .optional()
      .describe("Another site's edge, another host. Either this or page."),
    page: value.page
      .optional()
      .describe('HTML that the edges answer with (status 503). Either this or server.'),
  })
  .optional()
  .describe(
    'What serves the public while no server of the live slot is up, and only then; previews and canaries have none. Left out: a ' +
      'bare 503.',
  );
