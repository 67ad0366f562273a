import { isBag } from '../provider/is-bag';
import type { CheckFailure } from '../provider/calls';
import type { Bag, Json } from '../provider/json';
import { propertyPath, type Step } from '../provider/property-path';
import { isUnknown } from '../provider/special-value';
import { terraformName, type Attribute, type Fields } from './attribute';

/**
 * Judges a resource's inputs as the official plugin does, in its words: keys that do not exist, properties that are
 * missing, values that are not allowed, and properties that exclude each other.
 *
 * @param fields the schema
 * @param name the resource's name, for the messages
 * @param inputs what the program gives, before defaults are filled in; unknown values are not judged
 */
export function checkFailures(fields: Fields, name: string, inputs: Bag): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fail = (reason: string, steps: readonly Step[]) =>
    failures.push({ reason: `${reason}. Examine values at '${name}.${propertyPath(steps)}'.` });

  const object = (members: Fields, bag: Bag, steps: readonly Step[], terraform: string) => {
    for (const key of Object.keys(bag)) {
      if (!(key in members) && !key.startsWith('__')) fail('Invalid or unknown key', [...steps, key]);
    }
    for (const [key, attribute] of Object.entries(members)) {
      const value = bag[key] ?? null;
      const path = terraform + terraformName(key, attribute);
      if (value !== null) {
        property(attribute, value, [...steps, key], path);
      } else if (attribute.use === 'required') {
        fail(`Missing required argument. The argument "${path}" is required, but no definition was found.`, [
          ...steps,
          key,
        ]);
      }
    }
  };

  const property = (attribute: Attribute, value: Json, steps: readonly Step[], terraform: string) => {
    if (isUnknown(value)) return;
    for (const other of attribute.conflictsWith ?? []) {
      if (given(fields, inputs, other)) {
        fail(`Conflicting configuration arguments. "${terraform}": conflicts with ${other}`, steps);
      }
    }
    const wrong = wrongKind(attribute, value) ?? attribute.refuse?.(value);
    if (wrong !== undefined) return fail(`${wrong}. ${wrong}`, steps);
    const members = attribute.fields;
    if (members === undefined) return;
    if (isBag(value)) return object(members, value, steps, `${terraform}.0.`);
    for (const [index, element] of (value as Json[]).entries()) {
      if (isBag(element)) object(members, element, [...steps, index], `${terraform}.${index}.`);
    }
  };

  object(fields, inputs, [], '');
  return failures;
}

/** Whether the program gives a property, found by its path in Terraform. */
function given(fields: Fields, inputs: Bag, terraform: string): boolean {
  let members: Fields | undefined = fields;
  let value: Json = inputs;
  for (const step of terraform.split('.')) {
    if (step === '0') continue;
    const found: [string, Attribute] | undefined = Object.entries(members ?? {}).find(
      ([name, attribute]) => terraformName(name, attribute) === step,
    );
    if (found === undefined || !isBag(value)) return false;
    value = value[found[0]] ?? null;
    members = found[1].fields;
  }
  return value !== null;
}

function wrongKind({ kind }: Attribute, value: Json): string | undefined {
  const fits = {
    string: ['string', 'number', 'boolean'].includes(typeof value),
    int: Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value)),
    bool: typeof value === 'boolean' || value === 'true' || value === 'false',
    map: isBag(value),
    block: isBag(value),
    strings: Array.isArray(value),
    stringSet: Array.isArray(value),
    blocks: Array.isArray(value),
    blockSet: Array.isArray(value),
  }[kind];
  return fits ? undefined : `${JSON.stringify(value)} is not of the kind that is expected here, ${kind}`;
}
