import type { z } from 'zod';

/**
 * Reads JSON of the shape that `schema` describes; undefined when it is none. Errors of JSON.parse and zod go no further,
 * since they quote the text, and the text may hold a password or a token.
 */
export function parseJson<T>(text: string, schema: z.ZodType<T>): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return schema.safeParse(value).data;
}
