import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import { sameJson } from '../provider/same-json';
import { isUnknown } from '../provider/special-value';
import type { Attribute, Fields } from './attribute';
import { setKey } from './set-key';

/**
 * Whether a plan can be reached only by making the resource anew, by Terraform's rules: a property that forces it
 * has changed, or a list of objects that forces it has got longer or shorter.
 *
 * @param fields the schema
 * @param prior the state so far
 * @param planned the state that shall be
 */
export function requiresNew(fields: Fields, prior: Bag, planned: Bag): boolean {
  return Object.entries(fields).some(([name, attribute]) =>
    changedForGood(attribute, prior[name] ?? null, planned[name] ?? null),
  );
}

function changedForGood(attribute: Attribute, prior: Json, planned: Json): boolean {
  if (sameJson(prior, planned)) return false;
  const { kind, fields = {}, forcesNew = false } = attribute;
  // Of an object that is not known yet, Terraform judges the property that holds it, and nothing inside.
  if (isUnknown(planned)) return forcesNew;
  switch (kind) {
    case 'block':
      if (isBag(prior) && isBag(planned)) return requiresNew(fields, prior, planned);
      return forcesNew || forces(fields, prior) || forces(fields, planned);
    case 'blocks': {
      const [before, after] = [list(prior), list(planned)];
      if (before.length !== after.length && forcesNew) return true;
      return after.some((element, index) => requiresNew(fields, bagOf(before[index]), bagOf(element)));
    }
    case 'blockSet': {
      const [before, after] = [list(prior), list(planned)];
      const keys = (elements: Json[]) => new Set(elements.map((each) => setKey(attribute, each)));
      const [old, now] = [keys(before), keys(after)];
      const gone = before.filter((each) => !now.has(setKey(attribute, each)));
      const added = after.filter((each) => !old.has(setKey(attribute, each)));
      if (before.length !== after.length && forcesNew) return true;
      return [...gone, ...added].some((element) => forces(fields, element));
    }
    case 'string':
    case 'int':
    case 'bool':
    case 'map':
    case 'strings':
    case 'stringSet':
      return forcesNew;
  }
}

/** Whether an object that comes or goes has a value where a change forces a new resource. */
function forces(fields: Fields, value: Json): boolean {
  return Object.entries(bagOf(value)).some(([name, member]) => {
    const attribute = fields[name];
    if (attribute === undefined) return false;
    const empty = member === null || member === '' || (Array.isArray(member) && member.length === 0);
    return (attribute.forcesNew === true && !empty) || forcesInside(attribute, member);
  });
}

function forcesInside({ fields }: Attribute, value: Json): boolean {
  if (fields === undefined) return false;
  return Array.isArray(value) ? value.some((element) => forces(fields, element)) : forces(fields, value);
}

const list = (value: Json): Json[] => (Array.isArray(value) ? value : []);
const bagOf = (value: Json | undefined): Bag => (isBag(value) ? value : {});
