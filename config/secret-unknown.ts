import { formatKeyPath, type KeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';
import { nearest } from './nearest';

/** The mistake of naming a secret that evenkeel:secrets doesn't have; none when it does. */
export function secretUnknown(at: KeyPath, name: string, known: readonly string[]): Mistake[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const add = `Add it: \`pulumi config set --secret --path '${formatKeyPath(['secrets', name])}'\`.`;
  const allowed = known.length === 0 ? ' (there is none yet)' : `: ${known.join(', ')}`;
  return [
    mistake(
      at,
      name,
      `the name of an entry of evenkeel:secrets${allowed}`,
      meant ? `Did you mean \`${meant}\`?` : add,
    ),
  ];
}
