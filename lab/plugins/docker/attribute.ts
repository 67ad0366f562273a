import type { Json } from '../provider/json';

/**
 * What a property holds. `block` is one object or none, `blocks` a list of objects, `blockSet` objects whose order
 * means nothing; `strings` and `stringSet` are the same for strings; `map` has strings by name.
 */
export type Kind =
  'string' | 'int' | 'bool' | 'map' | 'strings' | 'stringSet' | 'block' | 'blocks' | 'blockSet';

/**
 * One property of a resource, with all that the official plugin's answers depend on. It is made of a Terraform
 * provider, so the words and the rules are Terraform's.
 */
export interface Attribute {
  kind: Kind;
  /** `computed` is optional too: where the program says nothing, Docker decides. */
  use: 'required' | 'optional' | 'computed';
  /** The name in Terraform, where it is not simply this one in snake_case. It stands in messages. */
  terraform?: string;
  /** A change of it makes the resource anew. */
  forcesNew?: true;
  /** The value where the program gives none. */
  fallback?: string | number | boolean;
  /** The members of a block. */
  fields?: Fields;
  /** What is wrong with a value, in the official plugin's words. */
  refuse?: (value: Json) => string | undefined;
  /** Whether two values mean the same, so that writing the one for the other is no change. */
  alike?: (one: Json, other: Json) => boolean;
  /** Terraform paths of the properties that may not be given together with this one. */
  conflictsWith?: readonly string[];
  /** The engine shall keep it secret. */
  secret?: true;
}

/** Properties by their Pulumi names. */
export type Fields = Readonly<Record<string, Attribute>>;

/** A property's name in Terraform. */
export function terraformName(name: string, attribute: Attribute): string {
  return attribute.terraform ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
