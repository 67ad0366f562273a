import { isIP } from 'node:net';
import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import { type Parts, wholeOf } from './parts';
import { type Claim, repeated } from './repeated';
import type { StackConfig } from './schema';
import { canonicalAddress, routerIdOf } from './shared-address';
import type { NodeRole } from './site-config';

type Stack = Parts<StackConfig>;

const at = (index: number, key: string) => ['edge', 'sharedAddresses', index, key] as const;

/** An address is shared by two edges or more, and VRRP packs no IPv6 address into packets of IPv4, nor the other way. */
export function sharedByEdges({ nodes, edge }: Stack): Mistake[] {
  const known = nodes?.map((node) => ({ ...node, roles: wholeOf<NodeRole[]>(node?.roles) })) ?? [];
  // Whether an edge is missing can't be said while a node might be one.
  if (known.length === 0 || known.some(({ place, roles }) => place === undefined || roles === undefined))
    return [];
  const edges = known.filter(({ roles }) => roles?.includes('edge'));
  const inPlace = (place: string) => edges.filter((node) => node.place === place);
  const places = [...new Set(edges.map(({ place }) => place!))].filter((place) => inPlace(place).length > 1);
  return entriesOf(edge?.sharedAddresses).flatMap(([index, { place, address }]) => {
    if (place === undefined) return [];
    if (!places.includes(place))
      return [
        mistake(
          at(index, 'place'),
          place,
          `a place with at least two nodes of the role edge (${places.join(', ') || 'there is none'})`,
          'Correct the place, add an edge to it, or remove this shared address.',
        ),
      ];
    const others = inPlace(place).filter(
      (node) => node.address && isIP(node.address) !== isIP(address ?? ''),
    );
    if (address === undefined || others.length === 0) return [];
    return [
      mistake(
        at(index, 'address'),
        address,
        `an IPv${isIP(others[0]!.address!)} address, as the edge ${others[0]!.name ?? ''} of its place has`,
        'Give the edges of the place, and what they share, addresses of one kind.',
      ),
    ];
  });
}

/** A shared address is nobody's own, and each has its own virtual router ID in its place. */
export function sharedAddressesOfTheirOwn({ nodes, edge }: Stack): Mistake[] {
  const shared = entriesOf(edge?.sharedAddresses);
  const claim = (path: Claim['at'], address: string | undefined): Claim[] =>
    address === undefined ? [] : [{ at: path, value: address, same: canonicalAddress(address) }];
  const own = entriesOf(nodes).flatMap(([index, { address }]) => claim(['nodes', index, 'address'], address));
  const clashing = repeated(
    [...own, ...shared.flatMap(([index, { address }]) => claim(at(index, 'address'), address))],
    'an address that nothing else has',
    'Choose one that is free in the LAN, outside of what DHCP gives away.',
  );
  return [...clashing.filter(({ key }) => key.startsWith('evenkeel:edge')), ...routerIds(edge)];
}

function routerIds(edge: Stack['edge']): Mistake[] {
  const owners = new Map<string, string>();
  const seen = new Set<string>();
  return entriesOf(edge?.sharedAddresses).flatMap(([index, shared]) => {
    const { place, address, routerId } = shared;
    // A routerId that is there and wrong is a mistake of its own.
    if (place === undefined || address === undefined || ('routerId' in shared && routerId === undefined))
      return [];
    // The same address twice was said already.
    const same = `${place} ${canonicalAddress(address)}`;
    if (seen.has(same)) return [];
    seen.add(same);
    const id = routerIdOf({ address, routerId });
    const owner = owners.get(`${place} ${id}`);
    owners.set(`${place} ${id}`, owner ?? address);
    if (id > 0 && owner === undefined) return [];
    const why = id === 0 ? `needed, since ${address} ends in 0` : `which ${owner} does not have`;
    return [
      mistake(
        at(index, 'routerId'),
        routerId,
        `a whole number from 1 to 255, ${why}`,
        'Give it one that no other VRRP in the LAN uses.',
      ),
    ];
  });
}
