import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import type { Fields } from './attribute';
import { setKey } from './set-key';

/**
 * Puts the elements of sets in the order that they had, with new ones behind them, so that a refresh shows only what
 * changed.
 *
 * @param fields the schema
 * @param read the state just read
 * @param prior the state so far
 */
export function steady(fields: Fields, read: Bag, prior: Bag): Bag {
  return Object.fromEntries(
    Object.entries(read).map(([name, value]) => {
      const attribute = fields[name];
      const before = prior[name];
      if (attribute === undefined || before === undefined) return [name, value];
      const isSet = attribute.kind === 'blockSet' || attribute.kind === 'stringSet';
      if (isSet && Array.isArray(value) && Array.isArray(before)) {
        const places = before.map((element) => setKey(attribute, element));
        const place = (element: Json) => {
          const index = places.indexOf(setKey(attribute, element));
          return index < 0 ? places.length : index;
        };
        return [name, [...value].sort((one, other) => place(one) - place(other))];
      }
      return [name, isBag(value) && isBag(before) ? steady(attribute.fields ?? {}, value, before) : value];
    }),
  );
}
