import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';

/** A value as an object; anything else counts as an empty one. */
export const asBag = (value: Json | undefined): Bag => (isBag(value) ? value : {});

/** A value as a list; anything else counts as an empty one. */
export const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** A value as a string; anything else counts as the empty one. */
export const asText = (value: Json | undefined): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

/** A value as a number; anything else counts as zero. */
export const asNumber = (value: Json | undefined): number => Number(asText(value)) || 0;

/** A value as a truth value; anything else counts as false. */
export const asBool = (value: Json | undefined): boolean => value === true || value === 'true';
