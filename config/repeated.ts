import { formatKeyPath, type KeyPath } from './key-path';
import { type Mistake, mistake } from './mistake';

/** A value that must be unique, and where it stands. `same` is what is compared, when it isn't the value itself. */
export interface Claim {
  at: KeyPath;
  value: string | number;
  same?: string;
}

/**
 * A mistake for each claim whose value an earlier one has already.
 * @param allowed begins the phrase about what is allowed: `a name that no other node has`
 */
export function repeated(claims: readonly Claim[], allowed: string, remedy: string): Mistake[] {
  const owners = new Map<string | number, KeyPath>();
  return claims.flatMap(({ at, value, same = value }) => {
    const owner = owners.get(same);
    if (owner === undefined) {
      owners.set(same, at);
      return [];
    }
    return [mistake(at, value, `${allowed} (${formatKeyPath(owner)} has this one)`, remedy)];
  });
}
