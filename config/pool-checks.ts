import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import { type Parts, wholeOf } from './parts';
import { poolEdgesMax } from './pool-edges-max';
import { type Claim, repeated } from './repeated';
import type { StackConfig } from './schema';
import { canonicalAddress } from './shared-address';

type Stack = Parts<StackConfig>;

/** Edges, addresses and hostnames of the pool are there once, and no more edges than a report has room for. */
export function poolOfItsOwn({ pool }: Stack): Mistake[] {
  const edges = entriesOf(pool?.edges);
  const hostnames = entriesOf(pool?.hostnames).map(([index, value]): Claim => ({
    at: ['pool', 'hostnames', index],
    value,
  }));
  const names = edges.flatMap(([index, { site, node }]): Claim[] =>
    site === undefined || node === undefined
      ? []
      : [{ at: ['pool', 'edges', index, 'node'], value: node, same: `${site}/${node}` }],
  );
  const addresses = edges.flatMap(([index, edge]) =>
    entriesOf(edge.addresses).map(([place, value]): Claim => ({
      at: ['pool', 'edges', index, 'addresses', place],
      value,
      same: canonicalAddress(value),
    })),
  );
  const tooMany =
    edges.length <= poolEdgesMax
      ? []
      : [
          mistake(
            ['pool', 'edges'],
            edges.length,
            `at most ${poolEdgesMax} edges`,
            'Leave some out: of each site one is enough to be found.',
          ),
        ];
  return [
    ...tooMany,
    ...repeated(hostnames, 'each hostname once', 'Remove it.'),
    ...repeated(names, 'each node of a site once', 'Put its addresses into one list.'),
    ...repeated(addresses, 'an address that no other edge of the pool has', 'Let it lead to one of them.'),
  ];
}

/** What is asked beside readiness is asked under names of the pool. */
export function checksOfThePool({ pool }: Stack): Mistake[] {
  const hostnames = wholeOf<string[]>(pool?.hostnames);
  if (!hostnames) return [];
  return entriesOf(pool?.check?.paths).flatMap(([index, { hostname }]) =>
    hostname === undefined || hostnames.includes(hostname)
      ? []
      : [
          mistake(
            ['pool', 'check', 'paths', index, 'hostname'],
            hostname,
            `one of the pool's hostnames: ${hostnames.join(', ')}`,
            'Correct it, or add it to the hostnames.',
          ),
        ],
  );
}

/** The watchdog keeps records of a zone. */
export function watchdogHasZone(stack: Stack): Mistake[] {
  if (!stack.watchdog || 'cloudflare' in stack) return [];
  return [
    mistake(
      'evenkeel:cloudflare',
      undefined,
      'the zone whose records evenkeel:watchdog keeps',
      'Add it, as docs/watchdog.md shows, or remove evenkeel:watchdog.',
    ),
  ];
}

/** A watchdog has a pool to watch. */
export function watchdogHasPool(stack: Stack): Mistake[] {
  if (!stack.watchdog || 'pool' in stack) return [];
  return [
    mistake(
      'evenkeel:pool',
      undefined,
      'the pool that evenkeel:watchdog keeps',
      'Add it, or remove evenkeel:watchdog.',
    ),
  ];
}
