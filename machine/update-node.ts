import type Docker from 'dockerode';

/** What Swarm is told of a node. */
export interface NodeSpec {
  Role: string;
  Availability: string;
  Labels?: Record<string, string | undefined>;
}

/**
 * Changes what Swarm is told of a node.
 * @throws Error when the node was changed meanwhile ("update out of sequence").
 */
export async function updateNode(
  docker: Docker,
  id: string,
  change: (spec: NodeSpec) => NodeSpec,
): Promise<void> {
  const node = docker.getNode(id);
  const { Version, Spec } = (await node.inspect()) as { Version: { Index: number }; Spec: NodeSpec };
  await node.update({ _query: { version: Version.Index }, _body: change(Spec) });
}
