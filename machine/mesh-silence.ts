import type { Handshakes } from './mesh-handshakes';

/**
 * Seconds after which two nodes without a handshake can't reach each other: WireGuard's REJECT_AFTER_TIME, when the last
 * key is used no more (J. A. Donenfeld, "WireGuard", 6.1). A key is renewed after 120 s, as the keepalives see to.
 */
export const silentAfter = 180;

/** Two nodes that do not reach each other in the mesh. */
export interface SilentPair {
  /** In the order of `handshakes`; the first of them says so. */
  nodes: [string, string];
  /** Seconds since their last handshake; null: there was none since the mesh is up. */
  since: number | null;
}

/**
 * The pairs of nodes without a handshake for more than `silentAfter` seconds, each once. A pair of which one was not read
 * counts by the other's word.
 *
 * @param handshakes by name of node.
 */
export function silentPairs(handshakes: Readonly<Record<string, Handshakes>>): SilentPair[] {
  const pairs = new Map<string, SilentPair & { heard: boolean }>();
  for (const [name, peers] of Object.entries(handshakes))
    for (const [peer, since] of Object.entries(peers)) {
      const id = [name, peer].sort().join(' ');
      const pair = pairs.get(id) ?? { nodes: [name, peer], since, heard: false };
      pair.since =
        pair.since === null || since === null ? (pair.since ?? since) : Math.min(pair.since, since);
      pair.heard ||= since !== null && since <= silentAfter;
      pairs.set(id, pair);
    }
  return [...pairs.values()].filter(({ heard }) => !heard).map(({ nodes, since }) => ({ nodes, since }));
}
