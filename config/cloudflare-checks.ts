import { formatKeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import { nearest } from './nearest';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

/** The token is an entry of `evenkeel:secrets`, so that it stands in no file in plain text. */
export function cloudflareTokenKnown({ cloudflare, secrets }: Parts<StackConfig>): Mistake[] {
  const token = cloudflare?.token;
  if (token === undefined || secrets === undefined) return [];
  const known = Object.keys(secrets);
  if (known.includes(token)) return [];
  const meant = nearest(token, known);
  const add = `Add it: \`pulumi config set --secret --path '${formatKeyPath(['secrets', token])}'\`.`;
  return [
    mistake(
      ['cloudflare', 'token'],
      token,
      `the name of an entry of evenkeel:secrets${known.length === 0 ? ' (there is none yet)' : `: ${known.join(', ')}`}`,
      meant ? `Did you mean \`${meant}\`?` : add,
    ),
  ];
}

/** Cloudflare would ask edges for HTTPS that don't speak it, and show all visitors an error (521, 525). */
export function httpsForCloudflare({ cloudflare, edge }: Parts<StackConfig>): Mistake[] {
  const ssl = cloudflare?.settings?.ssl;
  if (ssl === undefined || ssl === 'leave' || edge === undefined || 'tls' in edge) return [];
  return [
    mistake(
      ['cloudflare', 'settings', 'ssl'],
      ssl,
      'leave, while the edges speak plain HTTP',
      'Write `ssl: leave`, or give the edges evenkeel:edge.tls first, as docs/tls.md shows.',
    ),
  ];
}

/** A service that could read the token could change the zone. */
export function cloudflareTokenForNobodyElse({ cloudflare, services }: Parts<StackConfig>): Mistake[] {
  const token = cloudflare?.token;
  if (token === undefined) return [];
  return (services ?? []).flatMap((service, index) =>
    (service?.secrets ?? []).flatMap((name, place) =>
      name === token
        ? [
            mistake(
              ['services', index, 'secrets', place],
              name,
              "a secret other than evenkeel:cloudflare.token, which is the site's alone",
              'Remove it here; a service that needs the API gets a token of its own.',
            ),
          ]
        : [],
    ),
  );
}
