import { z } from 'zod';
import type { Credentials } from './credentials';
import type { Answer, Transport } from './exchange';
import { unexpectedAnswer } from './failure';
import { follow } from './follow';
import { parseJson } from './parse-json';
import { send } from './send';

/** What a registry wants a token for. */
export interface TokenRequest {
  /** URL of who gives out tokens. */
  realm: string;
  /** The registry's name there. */
  service: string | undefined;
  /** E.g. `repository:shop:pull`. */
  scopes: readonly string[];
}

// `token` is older, `access_token` is OAuth 2's name for it; a server gives either or both.
const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** OAuth 2 asks for it; registries only log it. */
const CLIENT_ID = 'evenkeel';

/**
 * Gets a bearer token (distribution.github.io/distribution/spec/auth: token, oauth2): by GET, with Basic where there is
 * a password and anonymously where there is nothing; by POST with an identity token.
 * @param registry its host, for errors
 * @returns the token, or the HTTP status with which it was refused
 * @throws Error when the realm is not https: whatever is sent there could be read on the way
 */
export async function fetchToken(
  { realm, service, scopes }: TokenRequest,
  credentials: Credentials | undefined,
  registry: string,
  transport: Transport,
): Promise<{ token: string } | { refused: number }> {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol !== 'https:') {
    throw new Error(
      `${registry} sends us for a token to ${url ? `${url.protocol}//${url.host}` : 'something that is no URL'}: ` +
        'it must be an https URL, so that nobody on the way can read a login. Correct the realm in its configuration.',
    );
  }
  const answer =
    credentials?.kind === 'identity token'
      ? await postForToken(url, { service, scopes }, credentials.token, transport)
      : await getToken(url, { service, scopes }, credentials, transport);
  // OAuth 2 answers 400 to a refresh token that is no longer good (RFC 6749, 5.2).
  const refusals = credentials?.kind === 'identity token' ? [400, 401, 403] : [401, 403];
  if (refusals.includes(answer.status)) return { refused: answer.status };
  const asked = `${url.host} for a token for ${registry}`;
  if (answer.status !== 200) throw unexpectedAnswer(asked, answer, []);
  const parsed = parseJson(answer.body.toString('utf8'), tokenSchema);
  const token = parsed?.token || parsed?.access_token;
  // It becomes a header: what can't stand there is no token (RFC 6750, 2.1).
  if (!token || !/^[\x21-\x7e]+$/.test(token))
    throw new Error(`Asked ${asked}; there was none in the answer.`);
  return { token };
}

async function getToken(
  url: URL,
  { service, scopes }: Omit<TokenRequest, 'realm'>,
  credentials: Extract<Credentials, { kind: 'password' }> | undefined,
  transport: Transport,
): Promise<Answer> {
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  url.searchParams.set('client_id', CLIENT_ID);
  if (credentials) url.searchParams.set('account', credentials.username);
  const headers: Record<string, string> = credentials ? { authorization: basic(credentials) } : {};
  return (await follow({ method: 'GET', url, headers }, transport)).answer;
}

function postForToken(
  url: URL,
  { service, scopes }: Omit<TokenRequest, 'realm'>,
  identityToken: string,
  transport: Transport,
): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    client_id: CLIENT_ID,
    scope: scopes.join(' '),
    ...(service !== undefined && { service }),
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  // Not followed when redirected: the token is in the body.
  return send({ method: 'POST', url, headers, body: Buffer.from(form.toString()) }, transport);
}

/** The Authorization header of a login by password (RFC 7617). */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
