import { isBag } from './is-bag';
import type { Bag, Json } from './json';

/** What the engine sends in place of a string that a preview can't know. Source: sdk/go/common/resource/plugin/rpc.go. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** The engine has one such mark for each kind of value (same source): boolean, number, array, object, asset, archive. */
const UNKNOWNS = new Set([
  UNKNOWN,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
]);

/** The key that marks an object as something else than an object, and its value where that is a secret (sdk/go/common/resource/sig). */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/** Whether a preview can't know this value yet. */
export function isUnknown(value: Json | undefined): boolean {
  return typeof value === 'string' && UNKNOWNS.has(value);
}

/** Whether a value, or anything in it, is unknown. */
export function holdsUnknown(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isBag(value) ? Object.values(value).some(holdsUnknown) : isUnknown(value);
}

/** Whether a value is marked as secret. */
export function isSecret(value: Json | undefined): value is Bag {
  return isBag(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value as secret, once. */
export function asSecret(value: Json): Json {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** The value with every mark of secrecy in it taken off. */
export function bare(value: Json | undefined): Json {
  if (isSecret(value)) return bare(value['value']);
  if (Array.isArray(value)) return value.map(bare);
  if (!isBag(value)) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bare(member)]));
}
