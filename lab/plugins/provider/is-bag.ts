import type { Bag, Json } from './json';

/**
 * Tells an object from the other values.
 *
 * @param value any property value; a property that is not there counts as `undefined`
 */
export function isBag(value: Json | undefined): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
