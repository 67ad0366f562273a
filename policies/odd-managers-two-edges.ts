import type { ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { resourceTypes } from './shared/resource-types';
import { sitesOfProject } from './shared/sites-of-project';

/** Configuration of the policy. */
export interface OddManagersTwoEdgesConfig {
  /** Whether a site of one machine in all may have one edge. Default: when it is one of several sites (stacks/sites.yaml). */
  readonly allowSingleMachine?: boolean;
}

/**
 * A site has an odd number of managers and at least two edges.
 *
 * Roles are inputs of the `Node` components, and a stack policy is handed outputs only. So the policy keeps the inputs of
 * each node that the engine shows it, and judges at the end, when it is told which resources the stack holds.
 */
export const oddManagersTwoEdges: ResourceValidationPolicy & StackValidationPolicy = {
  name: 'odd-managers-two-edges',
  description: 'A site has an odd number of managers and at least two edges.',
  configSchema: {
    properties: {
      allowSingleMachine: {
        type: 'boolean',
        description:
          'Whether a site of one machine in all may have one edge. Default: when it is one of several sites (stacks/sites.yaml).',
      },
    },
  },
  validateResource(args) {
    if (args.type !== resourceTypes.node) return;
    rolesByUrn.set(args.urn, (args.props as { roles?: readonly string[] }).roles ?? []);
  },
  validateStack(args, reportViolation) {
    const nodes = args.resources
      .filter((resource) => resource.type === resourceTypes.node)
      .map(({ name, urn }) => ({ name, urn, roles: rolesByUrn.get(urn) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (nodes.length === 0) return;

    // A node that an update with --target leaves out is not shown with its inputs: half a site can't be counted.
    const unseen = nodes.filter(({ roles }) => roles === undefined);
    if (unseen.length > 0) args.notApplicable(`roles are not known of ${namesOf(unseen)}`);

    const managers = nodes.filter(({ roles }) => roles?.includes('manager'));
    if (managers.length % 2 === 0) reportViolation(managersMessage(managers));

    const edges = nodes.filter(({ roles }) => roles?.includes('edge'));
    if (edges.length >= 2) return;
    // Of several sites each is the others' reserve, and a machine that is a whole site can have none of its own.
    const { allowSingleMachine = isOneOfSeveral(nodes[0]!.urn) } =
      args.getConfig<OddManagersTwoEdgesConfig>();
    const enough = allowSingleMachine && nodes.length === 1 ? 1 : 2;
    if (edges.length < enough) reportViolation(edgesMessage(edges, nodes.length, enough));
  },
};

/** Whether the stack of a resource is one of two sites or more that belong together. */
function isOneOfSeveral(urn: string): boolean {
  const sites = sitesOfProject();
  return sites.length > 1 && sites.includes(urn.split(':')[2] ?? '');
}

interface Named {
  readonly name: string;
}

/** Roles of each node that the engine has shown in this process, by URN. */
const rolesByUrn = new Map<string, readonly string[]>();

function managersMessage(managers: readonly Named[]): string {
  const why =
    managers.length === 0
      ? 'without one there is no Swarm'
      : `they bear the loss of no more machines than ${managers.length - 1} would`;
  return (
    `evenkeel:nodes: ${count(managers, 'manager')}: ${why}. Allowed: an odd number, such as 1, 3 or 5. ` +
    'Add "manager" to the roles of one node more, or take it from one.'
  );
}

function edgesMessage(edges: readonly Named[], nodes: number, enough: number): string {
  const why = edges.length === 0 ? 'nobody reaches the site' : 'when it is down, nobody reaches the site';
  const found = `evenkeel:nodes: ${count(edges, 'edge')}: ${why}.`;
  if (enough === 1) return `${found} Allowed: one, on a site of one machine. Add "edge" to its roles.`;
  const single =
    nodes === 1
      ? ' A site of one machine may do with one edge where it is one of several sites, named in stacks/sites.yaml; or by ' +
        '--policy-pack-config FILE, with {"odd-managers-two-edges": {"allowSingleMachine": true}} in FILE.'
      : '';
  return `${found} Allowed: two or more. Add "edge" to the roles of another node.${single}`;
}

/** `2 managers (pi1, pi2)`, `1 edge (pi1)`, `no edge`. */
function count(nodes: readonly Named[], noun: string): string {
  if (nodes.length === 0) return `no ${noun}`;
  return `${nodes.length} ${noun}${nodes.length === 1 ? '' : 's'} (${namesOf(nodes)})`;
}

function namesOf(nodes: readonly Named[]): string {
  return nodes.map(({ name }) => name).join(', ');
}
