import type { NodeConfig, SiteConfig } from '../../config/site-config';

/** The edges that look at each other. */
export function edgeNodes(site: SiteConfig): NodeConfig[] {
  return site.nodes.filter((node) => node.roles.includes('edge') && !node.maintenance);
}
