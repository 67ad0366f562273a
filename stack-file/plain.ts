/** A map of plain JSON values. */
export type PlainMap = Record<string, unknown>;

/** True for a map of plain JSON values. */
export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a map whose values are neither maps nor lists, such as a version with its digest. */
export function isFlatMap(value: unknown): value is PlainMap {
  return (
    isPlainMap(value) && Object.values(value).every((inner) => typeof inner !== 'object' || inner === null)
  );
}

/** True when a list of maps is somewhere in the value: each of these maps wants a line of its own. */
export function hasListOfMaps(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isPlainMap(item) || hasListOfMaps(item));
  return isPlainMap(value) && Object.values(value).some(hasListOfMaps);
}
