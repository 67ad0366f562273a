import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import { sameJson } from '../provider/same-json';
import type { Attribute, Fields } from './attribute';
import { DEFAULTS } from './with-defaults';

/**
 * Brings a resource's inputs up to date with its state: each input that the program gave takes the state's value, and
 * none is added.
 *
 * @param fields the schema
 * @param inputs the inputs so far
 * @param state the state just read
 */
export function refreshedInputs(fields: Fields, inputs: Bag, state: Bag): Bag {
  const refreshed: Bag = {};
  const changed = new Set<string>();
  for (const [name, input] of Object.entries(inputs)) {
    if (name === DEFAULTS || !(name in state)) continue;
    const value = refreshedValue(fields[name], input, state[name] ?? null);
    refreshed[name] = value;
    if (!sameJson(bareOfDefaults(value), bareOfDefaults(input))) changed.add(name);
  }
  const filled = inputs[DEFAULTS];
  if (Array.isArray(filled)) {
    const still = filled.filter(
      (name) => typeof name === 'string' && name in refreshed && !changed.has(name),
    );
    // An empty list says nothing, and the official plugin leaves it out after a refresh.
    if (still.length > 0) refreshed[DEFAULTS] = still;
  }
  return refreshed;
}

function refreshedValue(attribute: Attribute | undefined, input: Json, state: Json): Json {
  const fields = attribute?.fields ?? {};
  if (isBag(input) && isBag(state)) {
    if (attribute?.fields !== undefined) return refreshedInputs(fields, input, state);
    const known = Object.entries(input).filter(([key]) => key in state);
    return Object.fromEntries(known.map(([key]) => [key, state[key] ?? null]));
  }
  if (Array.isArray(input) && Array.isArray(state)) {
    const places = attribute?.kind === 'blockSet' ? matches(input, state) : undefined;
    return input.flatMap((element, index) => {
      const place = places === undefined ? index : places.get(index);
      const found = place === undefined ? undefined : state[place];
      if (found === undefined) return [];
      return [isBag(element) && isBag(found) ? refreshedInputs(fields, element, found) : found];
    });
  }
  return state;
}

/** Pairs the elements of a set with those in the state, the most alike first: index in the state by index in the inputs. */
function matches(inputs: Json[], state: Json[]): Map<number, number> {
  const pairs = inputs
    .flatMap((input, index) =>
      state.map((element, place) => ({ index, place, score: likeness(input, element) })),
    )
    .sort((one, other) => other.score - one.score);
  const found = new Map<number, number>();
  const taken = new Set<number>();
  for (const { index, place } of pairs) {
    if (found.has(index) || taken.has(place)) continue;
    found.set(index, place);
    taken.add(place);
  }
  return found;
}

/** One point for each member that both have, two more where it is the same. */
function likeness(one: Json, other: Json): number {
  if (!isBag(one) || !isBag(other)) return 0;
  return Object.entries(one)
    .filter(([name]) => name in other)
    .reduce((score, [name, value]) => score + (sameJson(value, other[name]) ? 3 : 1), 0);
}

function bareOfDefaults(value: Json): Json {
  if (Array.isArray(value)) return value.map(bareOfDefaults);
  if (!isBag(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== DEFAULTS)
      .map(([name, member]) => [name, bareOfDefaults(member)]),
  );
}
