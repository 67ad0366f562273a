import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import { isUnknown, UNKNOWN } from '../provider/special-value';
import type { Attribute, Fields } from './attribute';
import { sameSet, setKey } from './set-key';

/**
 * Works out the state that a resource shall have, as Terraform plans it: every property of the schema has a value,
 * `null`, or is unknown. What Docker decides is unknown for a new resource and stays as it is for an old one.
 *
 * @param fields the schema
 * @param inputs what the program gives, with defaults filled in
 * @param prior the state so far; `null` for a resource that is to be made
 */
export function plan(fields: Fields, inputs: Bag, prior: Bag | null): Bag {
  return members(fields, inputs, prior, { isNew: prior === null, inSet: false });
}

/** Whether the resource is new, and whether the property stands in an element of a set: Terraform rebuilds those whole. */
interface Place {
  isNew: boolean;
  inSet: boolean;
}

function members(fields: Fields, inputs: Bag, prior: Bag | null, place: Place): Bag {
  return Object.fromEntries(
    Object.entries(fields).map(([name, attribute]) => [
      name,
      planned(attribute, inputs[name] ?? null, prior?.[name] ?? null, place),
    ]),
  );
}

function planned(attribute: Attribute, given: Json, prior: Json, place: Place): Json {
  if (isUnknown(given)) return UNKNOWN;
  if (given === null) return notGiven(attribute, prior, place);
  const { kind, fields = {} } = attribute;
  if (kind === 'block') {
    return isBag(given) ? members(fields, given, isBag(prior) ? prior : null, place) : given;
  }
  if (kind === 'map') return withoutInternals(given);
  if (!Array.isArray(given)) return prior !== null && attribute.alike?.(given, prior) ? prior : given;
  const before = Array.isArray(prior) ? prior : null;
  switch (kind) {
    case 'blocks':
      return given.map((element, index) => {
        const old = before?.[index];
        return isBag(element) ? members(fields, element, isBag(old) ? old : null, place) : element;
      });
    case 'blockSet': {
      if (before !== null && sameSet(attribute, before, given)) return before;
      const known = new Map((before ?? []).map((element) => [setKey(attribute, element), element]));
      return given.map(
        (element) =>
          known.get(setKey(attribute, element)) ??
          (isBag(element) ? members(fields, element, null, { isNew: false, inSet: true }) : element),
      );
    }
    case 'stringSet':
      return before !== null && sameSet(attribute, before, given) ? before : [...given].sort();
    case 'strings':
    case 'string':
    case 'int':
    case 'bool':
      return given;
  }
}

/** What becomes of a property that the program leaves out. */
function notGiven({ kind, use, fallback }: Attribute, prior: Json, { isNew, inSet }: Place): Json {
  if (fallback !== undefined) return fallback;
  if (use === 'computed') return isNew ? UNKNOWN : prior;
  switch (kind) {
    case 'string':
      // Any string but the empty one was given once, and is taken back now.
      return inSet || prior === '' ? '' : null;
    case 'int':
    case 'bool':
      return prior === 0 || prior === false ? prior : null;
    case 'map':
      return isBag(prior) && Object.keys(prior).length === 0 ? prior : null;
    case 'strings':
      return Array.isArray(prior) ? [] : null;
    case 'stringSet':
      return inSet || Array.isArray(prior) ? [] : null;
    case 'block':
      return null;
    case 'blocks':
    case 'blockSet':
      return [];
  }
}

function withoutInternals(given: Json): Json {
  if (!isBag(given)) return given;
  return Object.fromEntries(Object.entries(given).filter(([key]) => !key.startsWith('__')));
}
