import type { Json } from './json';
import { isBag } from './is-bag';

/**
 * Compares two property values in depth. A property that is null and one that is not there are the same: states
 * written by older versions of a plugin lack the newer properties.
 */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((element, index) => sameJson(element, other[index]));
  }
  if (isBag(one) && isBag(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) =>
      sameJson(one[key], other[key]),
    );
  }
  return (one ?? null) === (other ?? null);
}
