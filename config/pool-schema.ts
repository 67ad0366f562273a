import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

/** `evenkeel:pool`. */
export const poolSchema = z
  .strictObject({
    hostnames: value
      .listOf(value.hostname, 'hostname', '[shop.example.com]')
      .describe('The names that lead to the edges; all in the zone of evenkeel:cloudflare.'),
    edges: value
      .listOf(
        z.strictObject({
          site: value.dnsLabel('home').describe("The site: its stack's name."),
          node: value.dnsLabel('pi1').describe("The node's name in that site's stack file."),
          addresses: value
            .listOf(value.address, 'address', '[203.0.113.7]')
            .describe(
              'Where the public reaches it: the address of a VPS, or of the router that passes ports on to it.',
            ),
        }),
        'edge',
      )
      .describe('The edges of all sites. The same list in the stack file of each.'),
    proxied: withRule(z.boolean(), {
      allowed: 'true or false',
      remedy: 'Write true or false, without quotes.',
    })
      .prefault(true)
      .describe(
        'Whether clients come through Cloudflare. Default: they do, which hides the addresses and ends TLS near them.',
      ),
    ttl: value
      .duration('1m', '24h', '1m')
      .prefault('1m')
      .describe(
        'How long resolvers keep a record that is not proxied (the others have a TTL of their own). ' +
          "Default: the least that Cloudflare's plans take.",
      ),
    check: z
      .strictObject({
        scheme: z
          .enum(['http', 'https'])
          .prefault('https')
          .describe("How the edges are asked. Default: as Cloudflare's setting Full (strict) asks them."),
        port: value
          .port(1, 443)
          .optional()
          .describe('Where. Left out: 443 for https and 80 for http, as Cloudflare asks.'),
        paths: withRule(
          z.array(
            z.strictObject({
              hostname: value.hostname.describe('One of the hostnames.'),
              path: value.urlPath.describe('Must be answered with 2xx or 3xx.'),
            }),
          ),
          {
            allowed: 'a list of hostnames with a path each',
            example: '[{ hostname: shop.example.com, path: /alive }]',
          },
        )
          .optional()
          .describe(
            'What else an edge must answer. Left out: the health path of each service of this site that has one of the hostnames.',
          ),
        caFile: value
          .localPath('~/tls/origin_ca_ecc_root.pem')
          .optional()
          .describe(
            "With https: the CA of the edges' certificates, as PEM, on your machine, where it is none that everybody knows: Cloudflare's " +
              'Origin CA, or one of your own. Left out: the CAs that Node knows.',
          ),
        clientCertificate: z
          .strictObject({
            certificate: value
              .localPath('~/tls/watchdog.pem')
              .describe('The certificate, as PEM, on your machine.'),
            key: value.secretName.describe('The entry of evenkeel:secrets that holds its key, as PEM.'),
          })
          .optional()
          .describe(
            'With https: what the watchdog shows to edges with evenkeel:edge.tls.originPulls, made by the CA that these believe. Left out: ' +
              'it shows none.',
          ),
      })
      .prefault({})
      .describe('What the watchdogs ask of an edge every 5 s, besides whether it is ready.'),
  })
  .optional()
  .describe(
    'Names that lead to whichever edges are well, of this site and others. docs/watchdog.md. ' +
      'The watchdogs own the address records of these names, as far as they made them.',
  );

/** `evenkeel:watchdog`. */
export const watchdogSchema = z
  .strictObject({
    image: value.pinnedImage.describe(
      'Node 22, as in `node:22-bookworm-slim@sha256:…`. The program itself comes with the stack.',
    ),
    memory: value
      .size('48MiB', '1GiB')
      .prefault('64MiB')
      .describe(
        'Limit of the process. Default: it takes about 25 MiB of its own, and the rest holds the program text of Node.',
      ),
  })
  .optional()
  .describe(
    'The process that keeps the records of evenkeel:pool, one at each site. Needs evenkeel:cloudflare.',
  );
