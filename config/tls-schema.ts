import { z } from 'zod';
import { cloudflareRanges } from './cloudflare-ranges';
import { withRule } from './rule';
import * as value from './values';

const yesOrNo = () =>
  withRule(z.boolean(), {
    allowed: 'true or false',
    remedy: 'Write true or false, without quotes.',
  });

/** What Cloudflare's Origin CA gives, in days (its API, `requested_validity`). */
export const cloudflareValidities = [7, 30, 90, 365, 730, 1095, 5475] as const;

/** How long a certificate that nobody chose a validity for is good, in days: below the 366 of Mozilla's guideline 5.8. */
const ordinaryValidity = 365;

const certificateSchema = z
  .strictObject({
    files: z
      .strictObject({
        certificate: value
          .localPath('~/tls/shop.example.com.pem')
          .describe("The certificate, then its chain, as PEM, on your machine: a CA's `fullchain.pem`."),
        key: value
          .localPath('~/tls/shop.example.com.key')
          .describe(
            'Its private key, as PEM without a passphrase, on your machine; only you may read it (0600).',
          ),
      })
      .optional()
      .describe('Your own. You renew it; the next `pulumi up` brings it to the edges.'),
    selfSigned: z
      .strictObject({
        validity: value
          .integer(2, 3650, ordinaryValidity)
          .prefault(ordinaryValidity)
          .describe("In days. Default: below the 366 that Mozilla's guideline 5.8 allows."),
      })
      .optional()
      .describe(
        'Made here, for all hostnames; browsers warn of it. For trying out, or behind a proxy that checks nothing.',
      ),
    cloudflare: z
      .strictObject({
        validity: withRule(z.literal([...cloudflareValidities]), {
          allowed: `one of ${cloudflareValidities.join(', ')}`,
          example: String(ordinaryValidity),
        })
          .prefault(ordinaryValidity)
          .describe("In days. Default: below the 366 that Mozilla's guideline 5.8 allows."),
      })
      .optional()
      .describe(
        "Made by Cloudflare's Origin CA for a key that is made here, for all hostnames. Only Cloudflare's proxies trust it.",
      ),
  })
  .describe('Where the certificate of the edges comes from: one of files, selfSigned and cloudflare.');

const hstsSchema = z
  .strictObject({
    maxAge: value
      .integer(0, 3650, 730)
      .prefault(730)
      .describe(
        'For how many days browsers refuse to speak plain HTTP to these names; 0 lets them forget it. Default: the 63072000 s of ' +
          "Mozilla's guideline 5.8.",
      ),
    includeSubDomains: yesOrNo()
      .prefault(false)
      .describe(
        'Whether names below the hostnames are meant too. Default: what others serve there is not ours to decide.',
      ),
    preload: yesOrNo()
      .prefault(false)
      .describe('Whether browsers may have it built in, which is hard to undo (hstspreload.org).'),
  })
  .prefault({})
  .describe(
    'The header Strict-Transport-Security (RFC 6797), on answers over TLS; a service that sets it itself is heard.',
  );

/** `evenkeel:edge.tls`. */
export const tlsSchema = z
  .strictObject({
    certificate: certificateSchema,
    renewBefore: value
      .integer(1, 365, 30)
      .prefault(30)
      .describe(
        'With fewer days left, `pulumi up` makes a new certificate (selfSigned, cloudflare) or warns (files), and `evenkeel certs` ' +
          "ends with exit code 1. Default: Let's Encrypt's advice for 90 days.",
      ),
    hsts: hstsSchema,
    redirect: yesOrNo()
      .prefault(true)
      .describe(
        "Whether plain HTTP is sent on to HTTPS (308, so that a POST stays one). The edges' generation and readiness are answered " +
          'on both. Default: without it TLS protects only who asks for it.',
      ),
    originPulls: z
      .strictObject({
        caFile: value
          .localPath('~/tls/authenticated_origin_pull_ca.pem')
          .describe('The CA of the certificate that a client must show, as PEM, on your machine.'),
      })
      .optional()
      .describe(
        "Over TLS only who has a certificate of this CA is served: Cloudflare's Authenticated Origin Pulls, with its published CA or your " +
          'own. Left out: everybody is.',
      ),
    clientAddress: z
      .strictObject({
        ranges: withRule(z.array(value.network).min(1), {
          allowed: 'a list of at least one address or network',
          example: '[173.245.48.0/20]',
        })
          .prefault([...cloudflareRanges])
          .describe(
            'Who is believed. Default: the networks that Cloudflare publishes (config/cloudflare-ranges.ts).',
          ),
      })
      .optional()
      .describe(
        "The client's address is what CF-Connecting-IP says in a request from these networks; in all others the header is taken away. Left " +
          'out: nobody is believed.',
      ),
  })
  .optional()
  .describe('HTTPS at the edges. docs/tls.md. Left out: plain HTTP only.');
