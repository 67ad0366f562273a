import { BlockList, isIPv4 } from 'node:net';
import { z } from 'zod';
import { withRule } from './rule';
import * as value from './values';

/** Where the token may go in plain text: loopback and private networks (RFC 1918), so a stand-in of the API. */
const nearby = new BlockList();
nearby.addSubnet('127.0.0.0', 8, 'ipv4');
nearby.addSubnet('10.0.0.0', 8, 'ipv4');
nearby.addSubnet('172.16.0.0', 12, 'ipv4');
nearby.addSubnet('192.168.0.0', 16, 'ipv4');

function isApiUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  if (search !== '' || hash !== '' || username !== '' || text.endsWith('/')) return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && isIPv4(hostname) && nearby.check(hostname, 'ipv4'))
  );
}

const apiUrl = value.text(
  isApiUrl,
  {
    allowed: 'an https URL without query and without / at its end; http only to a private address',
    example: 'https://api.cloudflare.com/client/v4',
  },
  (text) => (isApiUrl(text.replace(/\/+$/, '')) ? `Write \`${text.replace(/\/+$/, '')}\`.` : undefined),
);

const zoneId = value.text(
  (text) => /^[0-9a-f]{32}$/.test(text),
  {
    allowed: '32 hex digits in lower case',
    remedy: "Copy it from the zone's overview page at dash.cloudflare.com, under API.",
  },
  (text) => (/^[0-9a-f]{32}$/.test(text.toLowerCase()) ? `Write \`${text.toLowerCase()}\`.` : undefined),
);

const onOffOrLeave = (example: string) =>
  withRule(z.enum(['on', 'off', 'leave']), {
    allowed: "'on', 'off' or 'leave', in quotes",
    example: `'${example}'`,
  });

/** `evenkeel:cloudflare`. */
export const cloudflareSchema = z
  .strictObject({
    zone: value.hostname.describe(
      "The zone's name, as Cloudflare lists it: the domain, not a hostname below it.",
    ),
    zoneId: zoneId.describe('Its ID, so that no name can be looked up wrongly.'),
    token: value.secretName.describe(
      'The entry of evenkeel:secrets that holds the API token. What it must be allowed to do: docs/cloudflare.md.',
    ),
    apiUrl: apiUrl
      .optional()
      .describe("Another address of the API: that of a stand-in. Left out: Cloudflare's own."),
    settings: z
      .strictObject({
        ssl: z
          .enum(['strict', 'full', 'leave'])
          .prefault('strict')
          .describe(
            'How Cloudflare reaches the edges: by HTTPS with a certificate that it checks (strict) or takes unseen (full). `leave`: ' +
              "as it is. Default: what Cloudflare itself recommends; the edges then need a certificate of theirs or of Cloudflare's Origin CA.",
          ),
        minTlsVersion: withRule(z.enum(['1.0', '1.1', '1.2', '1.3', 'leave']), {
          allowed: "'1.0', '1.1', '1.2', '1.3' or 'leave', in quotes",
          example: "'1.2'",
        })
          .prefault('1.2')
          .describe(
            'The oldest TLS that Cloudflare speaks with visitors. `leave`: as it is. Default: older ones are deprecated (RFC 8996).',
          ),
        alwaysUseHttps: onOffOrLeave('on')
          .prefault('on')
          .describe(
            'Whether Cloudflare sends visitors from http to https. `leave`: as it is. Default: HTTPS for everybody.',
          ),
        originPulls: onOffOrLeave('leave')
          .prefault('leave')
          .describe(
            'Whether Cloudflare shows its client certificate to the edges (Authenticated Origin Pulls). `leave`: as it is. Default: ' +
              'it is no use until the edges ask for one.',
          ),
      })
      .prefault({})
      .describe('Settings of the zone that `pulumi up` keeps as they stand here; all others are left alone.'),
  })
  .optional()
  .describe(
    'The zone at Cloudflare that visitors come through. docs/cloudflare.md. Left out: nothing is done at Cloudflare.',
  );
