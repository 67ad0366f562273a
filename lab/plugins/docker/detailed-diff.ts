import type { ChangeKind } from '../provider/calls';
import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import { propertyPath, type Step } from '../provider/property-path';
import { sameJson } from '../provider/same-json';
import { holdsUnknown, isUnknown } from '../provider/special-value';
import type { Attribute, Fields } from './attribute';
import { listEdits } from './list-edits';
import { setKey } from './set-key';

/** What changed, by property path. */
type Changes = Record<string, ChangeKind>;

/** A property on the way: its path, its schema, and whether the collection around it forces a new resource. */
interface Spot {
  steps: readonly Step[];
  attribute: Attribute | undefined;
  parentForces: boolean;
}

/**
 * Says property by property how a plan differs from the state, as the official plugin shows it.
 *
 * @param fields the schema
 * @param prior the state so far
 * @param planned the state that shall be
 * @param inputs what the program gives: elements of a set are named by their place in it
 * @param anew whether the change needs a new resource; a plan that does, without a property that shows it, is noted
 *   at `__meta`, and one that does not has no REPLACE in it
 */
export function detailedDiff(fields: Fields, prior: Bag, planned: Bag, inputs: Bag, anew: boolean): Changes {
  const changes = object(fields, prior, planned, [], false, inputs);
  for (const [path, kind] of Object.entries(changes)) {
    if (!anew) changes[path] = kind.replace('_REPLACE', '') as ChangeKind;
  }
  if (anew && !Object.values(changes).some((kind) => kind.endsWith('_REPLACE'))) {
    changes['__meta'] = 'UPDATE_REPLACE';
  }
  return changes;
}

function object(
  fields: Fields | undefined,
  prior: Bag,
  planned: Bag,
  steps: readonly Step[],
  forces: boolean,
  inputs: Json | undefined,
): Changes {
  const names = [...new Set([...Object.keys(prior), ...Object.keys(planned)])].sort();
  return Object.assign(
    {},
    ...names
      .filter((name) => !name.startsWith('__'))
      .map((name) =>
        property(
          { steps: [...steps, name], attribute: fields?.[name], parentForces: forces },
          prior[name] ?? null,
          planned[name] ?? null,
          isBag(inputs) ? inputs[name] : undefined,
        ),
      ),
  ) as Changes;
}

function property(spot: Spot, prior: Json, planned: Json, inputs: Json | undefined): Changes {
  const { steps, attribute } = spot;
  if (prior === null && planned === null) return {};
  if (prior === null || planned === null || isUnknown(planned)) {
    const kind = prior === null ? 'ADD' : planned === null ? 'DELETE' : 'UPDATE';
    const present = planned === null || isUnknown(planned) ? prior : planned;
    const anew = forced(spot) || anyForces(attribute, present);
    return { [propertyPath(steps)]: anew ? `${kind}_REPLACE` : kind };
  }
  const forces = attribute?.forcesNew === true;
  if (isBag(prior) && isBag(planned)) {
    return object(attribute?.fields, prior, planned, steps, forces, inputs);
  }
  if (!Array.isArray(prior) || !Array.isArray(planned)) {
    if (sameJson(prior, planned)) return {};
    return { [propertyPath(steps)]: forced(spot) ? 'UPDATE_REPLACE' : 'UPDATE' };
  }
  if (attribute?.kind === 'strings') return strings(spot, prior, planned);
  if (attribute?.kind === 'stringSet' || attribute?.kind === 'blockSet') {
    return set(spot, attribute, prior, planned, inputs);
  }
  return Object.assign(
    {},
    ...Array.from({ length: Math.max(prior.length, planned.length) }, (_, index) =>
      element(spot, index, prior[index], planned[index], Array.isArray(inputs) ? inputs[index] : undefined),
    ),
  ) as Changes;
}

/** One element of a list or a set, which has the list's members. */
function element(
  { steps, attribute }: Spot,
  index: number,
  prior: Json | undefined,
  planned: Json | undefined,
  inputs: Json | undefined,
): Changes {
  const inner: Attribute | undefined =
    attribute?.fields === undefined
      ? undefined
      : { kind: 'block', use: 'optional', fields: attribute.fields };
  const spot = { steps: [...steps, index], attribute: inner, parentForces: attribute?.forcesNew === true };
  return property(spot, prior ?? null, planned ?? null, inputs);
}

function strings(spot: Spot, prior: Json[], planned: Json[]): Changes {
  const { removed, added } = listEdits(prior, planned);
  const suffix = spot.attribute?.forcesNew ? '_REPLACE' : '';
  const changes: Changes = {};
  for (const index of new Set([...removed, ...added])) {
    const kind = !added.includes(index) ? 'DELETE' : removed.includes(index) ? 'UPDATE' : 'ADD';
    changes[propertyPath([...spot.steps, index])] = `${kind}${suffix}` as ChangeKind;
  }
  return changes;
}

function set(
  spot: Spot,
  attribute: Attribute,
  prior: Json[],
  planned: Json[],
  inputs: Json | undefined,
): Changes {
  const keys = (elements: Json[]) => new Set(elements.map((each) => setKey(attribute, each)));
  const [before, after] = [keys(prior), keys(planned)];
  const removed = prior.flatMap((each, index) => (after.has(setKey(attribute, each)) ? [] : [index]));
  const added = planned.flatMap((each, index) => (before.has(setKey(attribute, each)) ? [] : [index]));
  if (removed.length === 0 && added.length === 0) return {};

  const places = placesInInputs(attribute, added, planned, Array.isArray(inputs) ? inputs : []);
  if (places === undefined) {
    return { [propertyPath(spot.steps)]: attribute.forcesNew ? 'UPDATE_REPLACE' : 'UPDATE' };
  }
  const indexes = new Set([...removed, ...places.keys()]);
  return Object.assign(
    {},
    ...[...indexes].map((index) => {
      const source = places.get(index);
      return element(
        spot,
        index,
        removed.includes(index) ? prior[index] : null,
        source === undefined ? null : planned[source],
        Array.isArray(inputs) ? inputs[index] : undefined,
      );
    }),
  ) as Changes;
}

/**
 * Finds for each new element of a plan the element that the program gives for it.
 *
 * @returns index in the plan by index in the inputs; `undefined` where an element can't be found again: Terraform
 *   fills in what the program leaves out, and the official plugin then shows the change on the set as a whole
 */
function placesInInputs(
  attribute: Attribute,
  added: number[],
  planned: Json[],
  inputs: Json[],
): Map<number, number> | undefined {
  if (inputs.length < planned.length) return undefined;
  const places = new Map<number, number>();
  for (const index of added) {
    const place = inputs.findIndex(
      (input, at) => !places.has(at) && comesFrom(attribute.fields, input, planned[index] ?? null),
    );
    if (place < 0) return undefined;
    places.set(place, index);
  }
  return places;
}

/** Whether a planned value can come from an input. A collection that is not given may be empty in the plan. */
function comesFrom(fields: Fields | undefined, input: Json, planned: Json): boolean {
  if (!isBag(input) || !isBag(planned)) return sameJson(input, planned);
  return [...new Set([...Object.keys(input), ...Object.keys(planned)])]
    .filter((name) => !name.startsWith('__'))
    .every((name) => {
      const [given, value] = [input[name] ?? null, planned[name] ?? null];
      const member = fields?.[name];
      if (given === null && (member?.use === 'computed' || isEmpty(value))) return true;
      return isBag(given) || holdsUnknown(given)
        ? comesFrom(member?.fields, given, value)
        : sameJson(given, value);
    });
}

const isEmpty = (value: Json): boolean => Array.isArray(value) && value.length === 0;

const forced = ({ attribute, parentForces }: Spot): boolean => attribute?.forcesNew === true || parentForces;

/** Whether a value that comes or goes has a member that forces a new resource. */
function anyForces(attribute: Attribute | undefined, value: Json): boolean {
  if (attribute === undefined) return false;
  if (attribute.forcesNew) return true;
  if (attribute.fields === undefined) return false;
  const elements = Array.isArray(value) ? value : [value];
  return elements.some(
    (each) =>
      isBag(each) &&
      Object.entries(each).some(([name, member]) => anyForces(attribute.fields?.[name], member)),
  );
}
