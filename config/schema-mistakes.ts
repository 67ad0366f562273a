import { z } from 'zod';
import type { KeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import { nearest } from './nearest';
import { isPlainObject } from './parts';
import { ruleOf, unwrap } from './rule';

/** Every mistake that the schema finds in `raw`, in the schema's own order; one for each key. */
export function schemaMistakes(schema: z.ZodType, raw: unknown): Mistake[] {
  const issues = schema.safeParse(raw).error?.issues ?? [];
  const mistakes = issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) =>
          unknownKey(schemaAt(schema, path), [...path, key], valueAt(raw, [...path, key])),
        )
      : [wrongValue(schema, raw, path, issue)];
  });
  return [...new Map(mistakes.map((found) => [found.key, found])).values()];
}

function unknownKey(owner: z.core.$ZodType, path: KeyPath, value: unknown): Mistake {
  const known = owner instanceof z.ZodObject ? Object.keys(owner.shape) : [];
  const meant = nearest(String(path.at(-1)), known);
  return mistake(
    path,
    value,
    ruleOf(owner).allowed,
    meant === undefined ? 'Remove it.' : `Did you mean \`${meant}\`?`,
  );
}

function wrongValue(schema: z.ZodType, raw: unknown, path: KeyPath, issue: z.core.$ZodIssue): Mistake {
  if (issue.code === 'invalid_key') {
    const record = schemaAt(schema, path.slice(0, -1));
    const keyType = record instanceof z.ZodRecord ? record.keyType : record;
    const name = path.at(-1);
    return mistake(
      path,
      name,
      ruleOf(keyType).allowed,
      remedyOf(keyType, name, issue.issues[0]) ?? 'Rename it.',
    );
  }
  const key = path.at(-1);
  const place = schemaAt(schema, path);
  const { allowed, example } = ruleOf(place);
  const value = valueAt(raw, path);
  const remedy =
    value === undefined || value === null
      ? example
        ? `Add \`${key}: ${example}\`, with your own value.`
        : `Add ${key}; stacks/Pulumi.example.yaml shows how.`
      : remedyOf(place, value, issue);
  return mistake(path, value, allowed, remedy ?? 'Write it as stacks/Pulumi.example.yaml shows.');
}

/** What to do about a value that is there: the check's own words, else a near option, else the rule's. */
function remedyOf(schema: z.core.$ZodType, value: unknown, issue?: z.core.$ZodIssue): string | undefined {
  const known: unknown = issue?.code === 'custom' ? issue.params?.remedy : undefined;
  if (typeof known === 'string') return known;
  const inner = unwrap(schema);
  const meant =
    inner instanceof z.ZodEnum && typeof value === 'string' && nearest(value, inner.options.map(String));
  if (meant) return `Did you mean \`${meant}\`?`;
  const { example, remedy } = ruleOf(schema);
  return remedy ?? (example && `Write for example \`${example}\`.`);
}

function schemaAt(schema: z.core.$ZodType, path: KeyPath): z.core.$ZodType {
  const inner = unwrap(schema);
  const [part, ...rest] = path;
  if (part === undefined) return inner;
  if (inner instanceof z.ZodArray) return schemaAt(inner.element, rest);
  if (inner instanceof z.ZodRecord) return schemaAt(inner.valueType, rest);
  const next =
    inner instanceof z.ZodObject ? (inner.shape as Record<string, z.core.$ZodType>)[part] : undefined;
  if (next === undefined) throw new Error(`The schema has no place ${path.join('.')}`);
  return schemaAt(next, rest);
}

function valueAt(raw: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value) && typeof part === 'number') return value[part];
    return isPlainObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, raw);
}
