import { ApiError } from './api-error';
import type { Permission } from './state';

/** What each token may do. */
export type Tokens = Record<string, readonly Permission[]>;

/**
 * Refuses a call whose token is missing, unknown or not allowed to do it, with the API's statuses and codes.
 *
 * @param authorization the header; only a Bearer token counts
 * @param verifying whether this is the call that asks about the token itself, which is answered otherwise
 */
export function checkToken(
  tokens: Tokens,
  authorization: string | undefined,
  needs: Permission | 'none',
  verifying: boolean,
): void {
  if (authorization === undefined) {
    const message = 'Missing X-Auth-Key, X-Auth-Email or Authorization headers';
    throw new ApiError(400, { code: 9106, message });
  }
  const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new ApiError(400, {
      code: 6003,
      message: 'Invalid request headers',
      error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
    });
  }
  const permissions = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  if (permissions === undefined) {
    throw verifying
      ? new ApiError(401, { code: 1000, message: 'Invalid API Token' })
      : new ApiError(403, { code: 9109, message: 'Invalid access token' });
  }
  if (needs !== 'none' && !permissions.includes(needs)) {
    throw new ApiError(403, { code: 10000, message: 'Authentication error' });
  }
}
