import { silentPairs } from '../machine/mesh-silence';
import type { NodeStatus } from './node-status';
import type { SiteReading } from './site-reading';

/**
 * What is wrong with the mesh, in words: nodes that do not reach each other, and nodes without a mesh. Not of a machine that
 * is down, out of reach or in maintenance, which is said already.
 */
export function meshProblems(nodes: readonly NodeStatus[], { mesh }: Pick<SiteReading, 'mesh'>): string[] {
  if (!mesh) return [];
  const present = new Set(
    nodes
      .filter(({ maintenance, reachable, state }) => !maintenance && reachable === true && state !== 'down')
      .map(({ name }) => name),
  );
  const handshakes = Object.fromEntries(
    Object.entries(mesh).flatMap(([name, reading]) =>
      'handshakes' in reading ? [[name, reading.handshakes] as const] : [],
    ),
  );
  const broken = Object.entries(mesh).flatMap(([name, reading]) =>
    'problem' in reading ? [`${name}: its mesh can't be read (${reading.problem}). Run: evenkeel mesh`] : [],
  );
  const silent = silentPairs(handshakes)
    .filter(({ nodes: pair }) => pair.every((name) => present.has(name)))
    .map(
      ({ nodes: [first, second], since }) =>
        `${first} and ${second} do not reach each other in the mesh: ` +
        `${since === null ? 'no handshake since it is up' : `no handshake for ${Math.floor(since / 60)} min`}. ` +
        'See docs/mesh.md, "When two nodes do not reach each other"',
    );
  return [...broken, ...silent];
}
