import type { ChangeKind } from './calls';
import { isBag } from './is-bag';
import type { Bag, Json } from './json';
import { propertyPath, type Step } from './property-path';
import { sameJson } from './same-json';
import { isSecret } from './special-value';

/**
 * Says what differs between two property maps, member by member. What is secret is compared as a whole.
 *
 * @param before the map so far
 * @param after the map that shall be
 */
export function objectDiff(before: Bag, after: Bag): Record<string, ChangeKind> {
  return object(before, after, []);
}

function object(before: Bag, after: Bag, steps: readonly Step[]): Record<string, ChangeKind> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return merged(names.map((name) => value(before[name] ?? null, after[name] ?? null, [...steps, name])));
}

function value(before: Json, after: Json, steps: readonly Step[]): Record<string, ChangeKind> {
  if (sameJson(before, after)) return {};
  if (before === null) return { [propertyPath(steps)]: 'ADD' };
  if (after === null) return { [propertyPath(steps)]: 'DELETE' };
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return merged(
      Array.from({ length }, (_, index) =>
        value(before[index] ?? null, after[index] ?? null, [...steps, index]),
      ),
    );
  }
  if (isBag(before) && isBag(after) && !isSecret(before) && !isSecret(after))
    return object(before, after, steps);
  return { [propertyPath(steps)]: 'UPDATE' };
}

function merged(parts: Record<string, ChangeKind>[]): Record<string, ChangeKind> {
  return Object.assign({}, ...parts) as Record<string, ChangeKind>;
}
