import type { CheckAnswer, CheckFailure } from './calls';
import { isBag } from './is-bag';
import type { Bag, Json } from './json';
import type { InputRule, ResourceKind } from './resource-kind';
import { asSecret, bare, holdsUnknown } from './special-value';

const fits: Record<InputRule['kind'], (value: Json) => boolean> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  texts: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  object: isBag,
  any: () => true,
};

/** Judges a resource's inputs. No value is in a message, since it may be secret. */
export function checkedInputs({ inputs: rules, check }: ResourceKind, news: Bag): CheckAnswer {
  const inputs: Bag = {};
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  for (const [name, value] of Object.entries(news)) {
    if (value === null || name.startsWith('__')) continue;
    const rule = rules[name];
    inputs[name] = rule?.secret ? asSecret(value) : value;
    const plain = bare(value);
    if (rule === undefined) {
      const known = Object.keys(rules).join(', ');
      fail(
        name,
        `"${name}" is not a property that the lab's stand-in knows (${known}): use the official plugin`,
      );
    } else if (holdsUnknown(plain)) continue;
    else if (!fits[rule.kind](plain))
      fail(name, `"${name}" is not of the type that it must be (${rule.kind})`);
    else if (rule.allowed !== undefined && !rule.allowed.includes(plain)) {
      fail(name, `"${name}" must be one of ${rule.allowed.map((each) => JSON.stringify(each)).join(', ')}`);
    }
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required && !(name in inputs)) fail(name, `Missing required property '${name}'`);
  }
  if (failures.length === 0) failures.push(...(check?.(bare(inputs) as Bag) ?? []));
  return { inputs, failures };
}
