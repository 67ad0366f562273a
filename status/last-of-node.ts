import type Docker from 'dockerode';
import { hasEnded, lastLines, slotContainers } from './slot-containers';
import { remark, slotLine, type SlotLogLine } from './slot-log-line';

/** Where the log comes from. */
export interface SlotLogSource {
  /** Name of the Swarm service of the slot. */
  swarmService: string;
  /** Names of the nodes that may have containers of it. */
  nodes: readonly string[];
  /** Docker's API of a node, without a limit on silence: a container may print nothing for hours. */
  docker: (node: string) => Promise<Docker>;
}

/** The end of a node's log. */
export interface NodeLog {
  /** The oldest first. */
  lines: SlotLogLine[];
  /** Time of the last line of each container, by its ID; all containers of the slot are in it, also those that were not read. */
  shown: Map<string, { at: string | undefined; ended: boolean }>;
}

/**
 * The last lines of a node: those of its newest container and, as long as there is room, of those before it that had the
 * same image.
 *
 * @param tail how many lines.
 * @throws Error when the node can't be reached, or its Docker does not answer.
 */
export async function lastOfNode(
  { docker: dockerOf, swarmService }: SlotLogSource,
  node: string,
  tail: number,
): Promise<NodeLog> {
  const docker = await dockerOf(node);
  const containers = await slotContainers(docker, swarmService);
  const shown: NodeLog['shown'] = new Map(
    containers.map((each) => [each.id, { at: undefined, ended: hasEnded(each) }]),
  );
  const parts: SlotLogLine[][] = [];
  let room = tail;
  for (const container of containers) {
    if (room <= 0 || container.imageId !== containers[0]!.imageId) break;
    const lines = await lastLines(docker, container.id, room);
    room -= lines.length;
    const last = lines.at(-1)?.at;
    shown.set(container.id, { at: last, ended: hasEnded(container) });
    const end = hasEnded(container)
      ? [remark(node, container.status, container, last ?? container.created)]
      : [];
    parts.unshift([...lines.map((line) => slotLine(node, container, line)), ...end]);
  }
  return { lines: parts.flat(), shown };
}
