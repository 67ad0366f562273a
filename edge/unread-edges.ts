import type { SiteConfig } from '../config/site-config';
import { publicGeneration } from './public-generation';
import type { SiteState } from './site-state';

/** An edge that could not be read over SSH, and that answers the public with another generation than the label's. */
export interface UnreadEdge {
  name: string;
  /** Whole sentences: what is the matter, and the remedy. */
  words: string;
  /** Whether it may pass by itself: Swarm calls the node ready, so the edge may just be on its way. */
  mayPass: boolean;
}

/**
 * The edges that may send clients to the slot that is about to be changed, and could not be read. Down is not dead: a
 * machine that is cut off from the others may well be reached by the public. A newer generation is a rollback that could
 * not write the label.
 */
export async function unreadEdges(
  site: Pick<SiteConfig, 'nodes' | 'edge'>,
  state: Pick<SiteState, 'label' | 'edges'>,
): Promise<UnreadEdge[]> {
  const generation = state.label?.generation ?? 0;
  const found = await Promise.all(
    state.edges
      .filter(({ worker }) => !worker)
      .map(async ({ name, swarmNode, problem }): Promise<UnreadEdge[]> => {
        const { address } = site.nodes.find((node) => node.name === name)!;
        const serves = await publicGeneration(address, site.edge.ports.http);
        if (serves === undefined || serves === generation) return [];
        const down = swarmNode?.state === 'down';
        const why = down
          ? `Swarm calls ${name} (${address}) Down`
          : `${name} (${address}) can't be read (${problem ?? 'no edge'})`;
        const words =
          `${why}, but its edge answers the public with generation ${serves}, and the site has ${generation}: it may send ` +
          `clients to the slot that this would change. Nothing was touched. Bring the machine back into the site's ` +
          `network, or stop it; then run pulumi up again.`;
        return [{ name, words, mayPass: !down }];
      }),
  );
  return found.flat();
}
