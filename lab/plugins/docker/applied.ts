import { isBag } from '../provider/is-bag';
import type { Bag, Json } from '../provider/json';
import { isUnknown } from '../provider/special-value';
import type { Attribute, Fields } from './attribute';

/**
 * The state after a change: what Docker answers, except where Terraform keeps to its plan (normalizeNullValues in
 * terraform-plugin-sdk). A set stays as planned, whatever Docker made of it, and empty and missing collections count
 * as what was planned. So a service's state has `networksAdvanceds` by name until a refresh reads the ID.
 *
 * @param fields the schema
 * @param planned the state that should be
 * @param read the state that Docker shows; a property that it can't show is not there
 */
export function applied(fields: Fields, planned: Bag, read: Bag): Bag {
  return Object.fromEntries(
    Object.entries(fields).map(([name, attribute]) => {
      const [plan, value] = [planned[name] ?? null, read[name]];
      return [name, value === undefined ? (isUnknown(plan) ? null : plan) : settled(attribute, plan, value)];
    }),
  );
}

function settled({ kind, fields = {} }: Attribute, planned: Json, read: Json): Json {
  if (isUnknown(planned)) return read;
  switch (kind) {
    case 'stringSet':
    case 'blockSet':
      return planned === null && !isEmpty(read) ? read : planned;
    case 'strings':
    case 'map':
      return (planned === null && isEmpty(read)) || (isEmpty(planned) && read === null) ? planned : read;
    case 'block':
      return isBag(planned) && isBag(read) ? applied(fields, planned, read) : read;
    case 'blocks':
      if (!Array.isArray(planned) || !Array.isArray(read) || planned.length !== read.length) return read;
      return read.map((element, index) => {
        const plan = planned[index];
        return isBag(element) && isBag(plan) ? applied(fields, plan, element) : element;
      });
    case 'string':
    case 'int':
    case 'bool':
      return read;
  }
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isBag(value) && Object.keys(value).length === 0;
}
