import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../edge/site-contact';
import { lastOfNode, type NodeLog, type SlotLogSource } from './last-of-node';
import { followLines, hasEnded, slotContainers } from './slot-containers';
import { remark, slotLine, type SlotLogLine } from './slot-log-line';

/** Pause between two looks for a new container, in ms: Swarm starts one again after a second. */
const pause = 500;

/** Pause after a node could not be reached, in ms. */
const longPause = 3000;

/**
 * Passes on what a node's containers of a slot print from now on, new containers too, until `signal` says so. A node
 * that is lost is asked again and again, and goes on where it was; that it is lost is said once.
 *
 * @param known what was shown of the node already or, when it could not be read at all, why: its last lines come when it can.
 */
export async function followSlot(
  source: SlotLogSource,
  node: string,
  known: NodeLog | { problem: string },
  { tail, signal }: { tail: number; signal: AbortSignal },
  onLine: (line: SlotLogLine) => void,
): Promise<void> {
  let said = 'problem' in known ? known.problem : '';
  let shown = 'shown' in known ? known.shown : undefined;
  while (!signal.aborted) {
    try {
      if (!shown) {
        const end = await lastOfNode(source, node, tail);
        end.lines.forEach(onLine);
        shown = end.shown;
      }
      await followOnce(source, node, shown, signal, onLine);
      said = '';
      await sleep(pause, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      const message = messageOf(error);
      if (message !== said) onLine(remark(node, message));
      said = message;
      await sleep(longPause, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Follows the containers that have not ended, one after the other: each runs until the next one is made. */
async function followOnce(
  source: SlotLogSource,
  node: string,
  shown: NodeLog['shown'],
  signal: AbortSignal,
  onLine: (line: SlotLogLine) => void,
): Promise<void> {
  const docker = await source.docker(node);
  const containers = await slotContainers(docker, source.swarmService);
  for (const container of containers.reverse()) {
    const { id } = container;
    const state = shown.get(id) ?? { at: undefined, ended: false };
    if (state.ended || container.state === 'created') continue;
    shown.set(id, state);
    await followLines(docker, id, state.at, signal, (line) => {
      state.at = line.at;
      onLine(slotLine(node, container, line));
    });
    if (signal.aborted) return;
    const now = (await slotContainers(docker, source.swarmService)).find((each) => each.id === id);
    if (now && !hasEnded(now)) return; // Docker ended the stream, not the container
    state.ended = true;
    onLine(remark(node, now?.status ?? 'is gone', container));
  }
}
