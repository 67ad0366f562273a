import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

type Stack = Parts<StackConfig>;

/** A backup is a server or a page: not both, and not neither. */
export function oneKindOfBackup({ services }: Stack): Mistake[] {
  return entriesOf(services).flatMap(([index, { backup }]) => {
    if (backup === undefined) return [];
    // `in`, not a comparison with undefined: a page that is there and wrong is not a missing one.
    const given = ['server', 'page'].filter((kind) => kind in backup);
    if (given.length === 1) return [];
    return [
      mistake(
        ['services', index, 'backup'],
        Object.fromEntries(given.map((kind) => [kind, backup[kind as 'server' | 'page']])),
        'one of server and page',
        given.length === 2 ? 'Remove one of the two.' : 'Add `page: <h1>Back soon</h1>`, with your own text.',
      ),
    ];
  });
}

/** A backup server on one of the site's own machines would be gone with it, or be one of its edges, which ask it in turn. */
export function backupElsewhere({ nodes, services }: Stack): Mistake[] {
  return entriesOf(services).flatMap(([index, { backup }]) => {
    const address = backup?.server?.address;
    const node = entriesOf(nodes).find(
      ([, node]) => address !== undefined && [node.address, node.mesh?.address].includes(address),
    )?.[1];
    if (!node) return [];
    return [
      mistake(
        ['services', index, 'backup', 'server', 'address'],
        address,
        `an address of no node of this site (it is that of ${node.name ?? 'one of its nodes'})`,
        'Name a server elsewhere, or write a page instead.',
      ),
    ];
  });
}
