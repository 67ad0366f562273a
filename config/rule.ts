import { z } from 'zod';

/** What may stand in a key, in words: for the error and for the reference. */
export interface Rule {
  /** A phrase without a full stop: `a whole number from 1 to 65535`. */
  allowed: string;
  /** A value as a stack file writes it. */
  example?: string;
  /** What to do when the value is wrong, as a sentence; without it, the example is offered. */
  remedy?: string;
}

const rules = z.registry<Rule>();

/** `schema`, which from now on knows its rule in words. */
export function withRule<T extends z.core.$ZodType>(schema: T, rule: Rule): T {
  rules.add(schema, rule);
  return schema;
}

/** The schema below `.optional()`, `.default()` and `.prefault()`. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const wraps =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wraps ? unwrap(schema.def.innerType) : schema;
}

/** The rule of a schema: the one it was given, or what its kind says by itself. */
export function ruleOf(schema: z.core.$ZodType): Rule {
  const inner = unwrap(schema);
  return rules.get(schema) ?? rules.get(inner) ?? impliedRule(inner);
}

function impliedRule(schema: z.core.$ZodType): Rule {
  if (schema instanceof z.ZodEnum) {
    const options = schema.options.map(String);
    return { allowed: inWords(options), ...(options[0] && { example: options[0] }) };
  }
  if (schema instanceof z.ZodArray) return { allowed: 'a list' };
  if (schema instanceof z.ZodObject)
    return { allowed: `the keys ${inWords(Object.keys(schema.shape), 'and')}` };
  throw new Error(`The schema of kind ${schema._zod.def.type} has no rule: give it one by withRule`);
}

/** `a, b or c`. */
function inWords(words: readonly string[], conjunction: 'or' | 'and' = 'or'): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}
