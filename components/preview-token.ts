import { createHash } from 'node:crypto';
import type { SiteConfig } from '../config/site-config';
import type { PreviewTokenHashes } from '../edge/haproxy-cfg';
import { refusal } from './refusal';

/**
 * What a token must be. HAProxy takes it from the query as it stands there, so nothing may be in it that a URL encodes
 * (RFC 3986, 2.3); and its hash, which anybody can read who can read the label, has no salt: 16 characters at random are
 * 64 bits or more, which nobody guesses.
 */
const tokenPattern = /^[A-Za-z0-9_-]{16,}$/;

/**
 * Hashes of the tokens of all preview addresses: haproxy.cfg is a label, and a label holds no secret.
 *
 * @throws RunError when a token is too short or has other characters; the token is not in the message.
 */
export function previewTokenHashes(
  { services }: Pick<SiteConfig, 'services'>,
  secrets: Record<string, string>,
): PreviewTokenHashes {
  return Object.fromEntries(
    services.flatMap(({ preview }) => {
      const token = preview && secrets[preview.token];
      if (token === undefined) return [];
      if (!tokenPattern.test(token)) throw badToken(preview!.token);
      return [[preview!.token, createHash('sha256').update(token).digest('hex').toUpperCase()]];
    }),
  );
}

function badToken(secret: string): Error {
  const key = `evenkeel:secrets.${secret}`;
  return refusal(
    `${key}: the token of a preview address is 16 characters or more, of A-Z, a-z, 0-9, '-' and '_'; this one (not ` +
      `shown) is not. Make one: openssl rand -hex 16 | pulumi config set --secret --path '${key}'`,
  );
}
