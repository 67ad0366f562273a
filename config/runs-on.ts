import type { NodeConfig, ServiceConfig } from './site-config';

/** Whether a node has the slots of a service: it is a worker and has all labels that the service asks for. */
export function runsOn(
  service: Pick<ServiceConfig, 'nodes'>,
  node: Pick<NodeConfig, 'roles' | 'labels'>,
): boolean {
  const hasLabels = Object.entries(service.nodes).every(
    ([key, value]) => Object.hasOwn(node.labels, key) && node.labels[key] === value,
  );
  return node.roles.includes('worker') && hasLabels;
}
