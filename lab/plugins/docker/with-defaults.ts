import type { Fields } from './attribute';
import { isBag } from '../provider/is-bag';
import { asSecret } from '../provider/special-value';
import type { Bag, Json } from '../provider/json';

/** Where the names of the properties stand that a default has filled in. */
export const DEFAULTS = '__defaults';

/**
 * Completes a resource's inputs with the defaults of its schema, at every level that the program gives, and notes
 * in `__defaults` which they are. A falsy default is left out, as Terraform means the same by it.
 *
 * @param fields the schema
 * @param news what the program gives; nulls count as not given
 * @param olds the inputs of last time: a default that was filled in then stays as it was
 */
export function withDefaults(fields: Fields, news: Bag, olds: Bag): Bag {
  const complete: Bag = {};
  for (const [name, given] of Object.entries(news)) {
    if (given === null || name === DEFAULTS) continue;
    complete[name] = inner(fields, name, given, olds[name]);
  }
  const filledBefore = olds[DEFAULTS];
  const filled: string[] = [];
  for (const [name, { fallback }] of Object.entries(fields)) {
    if (fallback === undefined || name in complete) continue;
    const before = olds[name];
    const keep = before !== undefined && (!Array.isArray(filledBefore) || filledBefore.includes(name));
    if (!keep && !fallback) continue;
    complete[name] = keep ? before : fallback;
    filled.push(name);
  }
  complete[DEFAULTS] = filled.sort();
  return complete;
}

function inner(fields: Fields, name: string, given: Json, old: Json | undefined): Json {
  const attribute = fields[name];
  if (attribute?.secret) return asSecret(given);
  const members = attribute?.fields;
  if (members === undefined) return given;
  if (isBag(given)) return withDefaults(members, given, isBag(old) ? old : {});
  if (!Array.isArray(given)) return given;
  return given.map((element, index) => {
    const before = Array.isArray(old) ? old[index] : undefined;
    return isBag(element) ? withDefaults(members, element, isBag(before) ? before : {}) : element;
  });
}
