import { z } from 'zod';
import { unwrap } from './rule';

/**
 * What could be read of a `T`: each part of it may be undefined because it was wrong. A key that is there
 * with the value undefined was given and wrong; a key that isn't there was not given.
 */
export type Parts<T> = T extends string | number | boolean | null | undefined
  ? T | undefined
  : T extends readonly (infer Item)[]
    ? (Parts<Item> | undefined)[]
    : { [Key in keyof T]?: Parts<T[Key]> };

/**
 * Reads as much of `raw` as the schema accepts, so that checks across keys need not wait until every other
 * mistake is gone: the largest parts that parse, and undefined in the place of what doesn't.
 */
export function readParts<T extends z.ZodType>(schema: T, raw: unknown): Parts<z.output<T>> | undefined {
  return partsOf(schema, raw) as Parts<z.output<T>> | undefined;
}

function partsOf(wrapped: z.core.$ZodType, raw: unknown): unknown {
  const whole = z.safeParse(wrapped, raw);
  if (whole.success) return whole.data;
  const schema = unwrap(wrapped);
  if (schema instanceof z.ZodArray && Array.isArray(raw)) {
    return raw.map((item) => partsOf(schema.element, item));
  }
  if (!isPlainObject(raw)) return undefined;
  if (schema instanceof z.ZodRecord) {
    return Object.fromEntries(
      Object.entries(raw).map(([key, value]) => [key, partsOf(schema.valueType, value)]),
    );
  }
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries(schema.shape as Record<string, z.core.$ZodType>)
      .map(([key, inner]) => [key, partsOf(inner, raw[key])] as const)
      .filter(([key, value]) => value !== undefined || Object.hasOwn(raw, key));
    return Object.fromEntries(entries);
  }
  return undefined;
}

/** Whether `value` is an object with keys, not a list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The whole `T`, or undefined when a part of it could not be read. */
export function wholeOf<T>(parts: Parts<T> | undefined): T | undefined {
  return isWhole(parts) ? (parts as T) : undefined;
}

function isWhole(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isWhole);
  return value !== undefined;
}
