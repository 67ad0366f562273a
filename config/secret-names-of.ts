import type { KeyPath } from './key-path';

/** Where `evenkeel:messages` names a secret. */
const places = [
  ['ntfy', 'topic'],
  ['ntfy', 'token'],
  ['pushover', 'token'],
  ['pushover', 'user'],
  ['telegram', 'token'],
  ['webhook', 'url'],
  ['email', 'password'],
  ['heartbeat', 'url'],
] as const;

/** The secrets that `evenkeel:messages` names, each with its place below it. Takes also what is only partly right. */
export function secretNamesOf(messages: unknown): { at: KeyPath; name: string }[] {
  return places.flatMap(([way, key]) => {
    const value = keyOf(keyOf(messages, way), key);
    return typeof value === 'string' ? [{ at: [way, key], name: value }] : [];
  });
}

function keyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
