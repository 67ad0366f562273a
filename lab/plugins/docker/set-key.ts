import { crc32 } from 'node:zlib';
import { isBag } from '../provider/is-bag';
import type { Json } from '../provider/json';
import { terraformName, type Attribute } from './attribute';
import { asNumber, asText } from './reading';

/**
 * The key of an element in a Terraform set: elements with the same key are the same, and the official plugin passes
 * sets to Docker in the order of these keys (helper/schema/set.go, serialize.go), so that equal sets make equal tasks.
 *
 * @param set the set's attribute
 * @param element one element; a member that is not given counts as its zero value
 */
export function setKey(set: Attribute, element: Json): string {
  // Strings are hashed plainly (schema.HashString), objects member by member (schema.HashResource).
  const text = set.kind === 'stringSet' ? asText(element) : members(set, element);
  return String(crc32(text));
}

function members({ fields = {} }: Attribute, value: Json): string {
  const bag = isBag(value) ? value : {};
  return Object.entries(fields)
    .map(([name, attribute]) => [terraformName(name, attribute), serialized(attribute, bag[name])] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => `${name}:${text}`)
    .join('');
}

function serialized(attribute: Attribute, value: Json | undefined): string {
  const list = Array.isArray(value) ? value : [];
  switch (attribute.kind) {
    case 'bool':
      return value === true ? '1;' : '0;';
    case 'int':
      return `${asNumber(value)};`;
    case 'string':
      return `${asText(value)};`;
    case 'map':
      return `[${Object.entries(isBag(value) ? value : {})
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, member]) => `${key}:${asText(member)};`)
        .join('')}];`;
    case 'strings':
      return `(${list.map((element) => `${asText(element)};`).join('')});`;
    case 'stringSet':
      return `{${inOrder(attribute, list)
        .map((element) => `${asText(element)};`)
        .join('')}};`;
    case 'block':
      return isBag(value) ? `(<${members(attribute, value)}>;);` : '();';
    case 'blocks':
      return `(${list.map((element) => `<${members(attribute, element)}>;`).join('')});`;
    case 'blockSet':
      return `{${inOrder(attribute, list)
        .map((element) => `<${members(attribute, element)}>;`)
        .join('')}};`;
  }
}

/** The elements of a set in the order in which the official plugin passes them on. */
export function inOrder(set: Attribute, elements: readonly Json[]): Json[] {
  return elements
    .map((element) => ({ element, key: setKey(set, element) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ element }) => element);
}

/** Whether two sets have the same elements. */
export function sameSet(set: Attribute, one: readonly Json[], other: readonly Json[]): boolean {
  const keys = (elements: readonly Json[]) => [...new Set(elements.map((each) => setKey(set, each)))].sort();
  return keys(one).join() === keys(other).join();
}
