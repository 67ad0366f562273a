import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

const ALLOWED = 'one of privateKeyPath and agentSocketPath';

/** Each node is logged in to by key or by agent: not by both, and not by neither. A node overrides `evenkeel:ssh`. */
export function oneWayToLogIn({ ssh, nodes }: Parts<StackConfig>): Mistake[] {
  if (ssh === undefined) return [];
  const own = entriesOf(nodes).flatMap(([index, { name = `nodes[${index}]`, ssh }]) =>
    ssh === undefined ? [] : [{ name, at: ['nodes', index, 'ssh'], ways: waysIn(ssh) }],
  );
  const givenTwice = [{ at: ['ssh'], ways: waysIn(ssh) }, ...own].filter(({ ways }) => countOf(ways) === 2);
  const without = own.filter(({ ways }) => countOf(ways) === 0).map(({ name }) => name);
  const found = givenTwice.map(({ at, ways }) => mistake(at, ways, ALLOWED, 'Remove one of the two.'));
  if (without.length === 0 || countOf(waysIn(ssh)) > 0) return found;
  return [
    ...found,
    mistake(
      ['ssh', 'privateKeyPath'],
      undefined,
      `${ALLOWED}, here or in the ssh of each node (missing for ${without.join(', ')})`,
      'Add `privateKeyPath: ~/.ssh/id_ed25519`, with your own value.',
    ),
  ];
}

/** The keys that are given, the wrong ones (undefined) among them. */
function waysIn(ssh: object): object {
  const isWayIn = ([key]: [string, unknown]) => key === 'privateKeyPath' || key === 'agentSocketPath';
  return Object.fromEntries(Object.entries(ssh).filter(isWayIn));
}

function countOf(ways: object): number {
  return Object.keys(ways).length;
}
