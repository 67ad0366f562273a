import { createHash } from 'node:crypto';
import { canonicalAddress } from '../config/shared-address';

/** One edge that the pool's names may lead to. */
export interface PoolEdge {
  /** `site/node`; unique in the pool. */
  id: string;
  site: string;
  /** Its name in the site's stack file. */
  node: string;
  /** Public addresses, at least one. No two edges share one. */
  addresses: string[];
}

/** What a pool is: the names, and the edges that they may lead to. The same at every site. */
export interface Pool {
  /** At least one; the first one also names the pool. */
  hostnames: string[];
  /** At least one, at most `poolEdgesMax`. */
  edges: PoolEdge[];
  /** Of the address records, in seconds; 1 leaves it to Cloudflare, as is usual for proxied records. */
  ttl: number;
  /** Whether clients reach the edges through Cloudflare. */
  proxied: boolean;
}

/** Where the pool's own TXT records are. They say nothing to the public; what matters is in their comments. */
export function controlName(pool: Pool): string {
  return `_evenkeel.${pool.hostnames[0]}`;
}

/** 6 hex digits of the definition's hash: two watchdogs whose votes have the same one mean the same edges. */
export function definitionOf(pool: Pool): string {
  const edges = pool.edges.map(({ id, addresses }) => [id, addresses.map(canonicalAddress)]);
  return createHash('sha256')
    .update(JSON.stringify([pool.hostnames, edges]))
    .digest('hex')
    .slice(0, 6);
}

/** The edge that an address belongs to; undefined for one that the definition doesn't have. */
export function edgeOfAddress(pool: Pool, address: string): PoolEdge | undefined {
  const same = canonicalAddress(address);
  return pool.edges.find(({ addresses }) => addresses.some((each) => canonicalAddress(each) === same));
}
