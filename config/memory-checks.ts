import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import { type Parts, wholeOf } from './parts';
import { runsOn } from './runs-on';
import type { StackConfig } from './schema';
import type { NodeRole } from './site-config';
import { formatSize } from './size';

const MIB = 2 ** 20;

/**
 * What is left to the system (kernel, sshd, Docker and its Swarm) of a node's memory: a tenth, and at least
 * 128 MiB. A rule of thumb, not a measurement. Rounded up to whole MiB.
 */
export function memoryForSystem(memory: number): number {
  return Math.max(128, Math.ceil(memory / 10 / MIB)) * MIB;
}

/**
 * On each node whose memory is known, both slots of all its services (one slot of those that roll), and the edge when it is
 * one, fit beside the system. Services without a limit are not counted, since nobody knows what they take.
 */
export function memoryFits({ nodes, services, edge }: Parts<StackConfig>): Mistake[] {
  return entriesOf(nodes).flatMap(([index, node]) => {
    const roles = wholeOf<NodeRole[]>(node.roles);
    const labels = wholeOf<Record<string, string>>(node.labels);
    if (node.memory === undefined || roles === undefined || labels === undefined) return [];
    const slots = entriesOf(services).flatMap(([, { name, nodes: parts, resources, strategy }]) => {
      const wanted = wholeOf<Record<string, string>>(parts);
      const limit = resources?.memory;
      if (limit === undefined || wanted === undefined || !runsOn({ nodes: wanted }, { roles, labels }))
        return [];
      const both = strategy !== 'rolling';
      const what = `${both ? '2 × ' : ''}${formatSize(limit)} for ${name ?? 'a service'}`;
      return [{ what, bytes: both ? 2 * limit : limit }];
    });
    const edgeLimit = roles.includes('edge') ? edge?.limits?.memory : undefined;
    const system = memoryForSystem(node.memory);
    const uses = [
      ...slots,
      ...(edgeLimit === undefined
        ? []
        : [{ what: `${formatSize(edgeLimit)} for the edge`, bytes: edgeLimit }]),
      { what: `${formatSize(system)} for the system`, bytes: system },
    ];
    const needed = uses.reduce((sum, { bytes }) => sum + bytes, 0);
    if (needed <= node.memory) return [];
    return [
      mistake(
        ['nodes', index, 'memory'],
        formatSize(node.memory),
        `${formatSize(needed)} or more (${uses.map(({ what }) => what).join(', ')})`,
        'Lower resources.memory of a service, or let it run on other nodes.',
      ),
    ];
  });
}
