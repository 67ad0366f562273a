import { isPlainMap } from './plain';

/** What Pulumi shows in the place of a secret. */
const HIDDEN = '[secret]';

/** Plain JSON with `[secret]` for each `{ secure: … }`, which is how a stack file holds an encrypted text. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isPlainMap(value)) return value;
  if (typeof value.secure === 'string') return HIDDEN;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
