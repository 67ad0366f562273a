import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import { type Parts, wholeOf } from './parts';
import { type Claim, repeated } from './repeated';
import type { StackConfig } from './schema';
import { canonicalAddress } from './shared-address';
import type { NodeRole } from './site-config';

type Stack = Parts<StackConfig>;

/** Node names and addresses are unique, and no node has a role twice. */
export function uniqueNodes({ nodes }: Stack): Mistake[] {
  const claims = (key: 'name' | 'address', same: (value: string) => string): Claim[] =>
    entriesOf(nodes).flatMap(([index, { [key]: value }]) =>
      value === undefined ? [] : [{ at: ['nodes', index, key], value, same: same(value) }],
    );
  const roles = entriesOf(nodes).flatMap(([index, node]) =>
    repeated(
      entriesOf(node.roles).map(([place, role]) => ({ at: ['nodes', index, 'roles', place], value: role })),
      'each role once',
      'Remove it.',
    ),
  );
  return [
    ...repeated(claims('name', String), 'a name that no other node has', 'Rename one of the two nodes.'),
    ...repeated(
      claims('address', canonicalAddress),
      'an address that no other node has',
      "Write the node's own address.",
    ),
    ...roles,
  ];
}

/**
 * Swarm's managers vote. Their number is odd (one more to make it even bears no further failure) and at most
 * 7 (Docker's advice), and more than half of them must be there.
 */
export function managersInQuorum(stack: Stack): Mistake[] {
  const managers = nodesWith(stack, 'manager');
  if (managers === undefined) return [];
  const value = { managers: managers.map(({ name }) => name) };
  if (![1, 3, 5, 7].includes(managers.length)) {
    const remedy = 'Add the role manager to one node more, or remove it from one.';
    return [mistake(['nodes'], value, '1, 3, 5 or 7 nodes with the role manager', remedy)];
  }
  const away = managers.filter(({ maintenance }) => maintenance).map(({ name }) => name);
  const needed = Math.floor(managers.length / 2) + 1;
  if (managers.length - away.length >= needed) return [];
  return [
    mistake(
      ['nodes'],
      { ...value, maintenance: away },
      `at least ${needed} of ${managers.length} managers without maintenance: true, which is Swarm's quorum`,
      'Bring a manager back and remove its maintenance: true.',
    ),
  ];
}

/** Somebody must take the public's requests. */
export function atLeastOneEdge(stack: Stack): Mistake[] {
  const edges = nodesWith(stack, 'edge');
  if (edges === undefined || edges.some(({ maintenance }) => !maintenance)) return [];
  return [
    mistake(
      ['nodes'],
      { edges: edges.map(({ name }) => name) },
      'at least one node with the role edge and without maintenance: true',
      'Add the role edge to a node; two of them bear the loss of one.',
    ),
  ];
}

/** The nodes with a role; undefined when it can't be known of each node whether it is one. */
function nodesWith({ nodes }: Stack, role: NodeRole): { name: string; maintenance: boolean }[] | undefined {
  const known = nodes?.map((node, index) => {
    const { name = `nodes[${index}]`, maintenance } = node ?? {};
    const roles = wholeOf<NodeRole[]>(node?.roles);
    return roles && maintenance !== undefined
      ? { name, maintenance, isOne: roles.includes(role) }
      : undefined;
  });
  // An empty list is a mistake of its own.
  return known?.length && known.every((node) => node !== undefined)
    ? known.filter(({ isOne }) => isOne)
    : undefined;
}
