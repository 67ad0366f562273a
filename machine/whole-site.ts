import type { SiteConfig } from '../config/site-config';
import type { NodeStep } from './node-situation';

/** Why the only machine of a site can't be taken out, with what to do. */
export const wholeSite =
  'it is the whole site: while it is out, nobody is served here, and no other manager is there to see to it. Where other sites ' +
  'serve the same names, drain, reboot and update take it out of DNS first, once evenkeel:pool names its edge and theirs ' +
  '(without a pool, take its address out of DNS by hand, and work over SSH); see docs/sites.md. Or give the site two more machines.';

/** Whether a step of the only machine of a site can be done: it comes back, and the pool has edges of other sites besides its own. */
export function othersServe(step: NodeStep, { site, nodes, pool, cloudflare }: SiteConfig): boolean {
  if (step === 'replace' || step === 'remove' || !pool || !cloudflare) return false;
  const isOwn = (edge: { site: string; node: string }) => edge.site === site && edge.node === nodes[0]?.name;
  return pool.edges.some(isOwn) && pool.edges.some((edge) => edge.site !== site);
}
