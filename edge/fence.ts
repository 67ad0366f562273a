import { edgeNodeLabel, outNodeLabel, setNodeLabels } from './swarm-state';
import { messageOf, type SiteContact } from './site-contact';
import type { SiteState } from './site-state';

/** How long a node that Swarm calls ready may be out of reach before it is fenced, in ms (DESIGN.md: 30 s). */
const patience = 30_000;

/** Since when each node could not be reached, by name; of this process. */
const unreachableSince = new Map<string, number>();

/**
 * Takes the edge label from a node that Swarm calls ready and that nobody can reach for 30 s: Swarm stops its edge, so
 * that it can't go on showing the public what was live before. Never the last edge: a site without edges helps nobody.
 *
 * @returns names of the nodes that were fenced now.
 */
export async function fenceUnreachable(state: SiteState, log: (line: string) => void): Promise<string[]> {
  const fenced: string[] = [];
  for (const edge of state.edges) {
    const outOfReach =
      edge.swarmNode?.state === 'ready' &&
      edge.task?.state === 'running' &&
      !edge.worker &&
      edge.problem !== undefined;
    if (!outOfReach) {
      unreachableSince.delete(edge.name);
      continue;
    }
    const since = unreachableSince.get(edge.name) ?? Date.now();
    unreachableSince.set(edge.name, since);
    const reachable = state.edges.filter((each) => each.worker).length;
    if (Date.now() - since < patience || reachable === 0) continue;
    await setNodeLabels(state.manager.docker, edge.swarmNode!.id, { [edgeNodeLabel]: undefined });
    unreachableSince.delete(edge.name);
    fenced.push(edge.name);
    log(
      `${edge.name}: fenced. Swarm calls it ready, but it can't be reached for ${patience / 1000} s (${edge.problem}), so its edge ` +
        `is stopped: it would show an old version. The next pulumi up takes it back once it can be reached.`,
    );
  }
  return fenced;
}

/** Gives the edge label back to nodes that should have it and can be reached again. */
export async function unfence(
  state: SiteState,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  for (const edge of state.edges) {
    const { swarmNode } = edge;
    if (!swarmNode || swarmNode.state !== 'ready' || swarmNode.labels[edgeNodeLabel]) continue;
    if (swarmNode.labels[outNodeLabel] !== undefined) continue; // no fence: it is being taken out on purpose
    try {
      await contact.session(edge.name);
    } catch (error) {
      log(`${edge.name}: stays fenced: ${messageOf(error)}`);
      continue;
    }
    await setNodeLabels(state.manager.docker, swarmNode.id, { [edgeNodeLabel]: 'true' });
    log(`${edge.name}: can be reached again, and serves again`);
  }
}
