import { messageOf } from '../edge/site-contact';
import { followSlot } from './follow-slot';
import { lastOfNode, type SlotLogSource } from './last-of-node';
import { remark, type SlotLogLine } from './slot-log-line';

/** Which lines are wanted. */
export interface SlotLogOptions {
  /** How many of the last lines of each node, at least 1; default 100. */
  tail?: number;
  /** Whether to go on until `signal` says that it is enough; default false. */
  follow?: boolean;
  signal: AbortSignal;
}

/**
 * The log of a slot on all its nodes, from each node's own Docker, so that it needs no quorum: first the last lines of
 * each node, all in the order of time, then (with `follow`) whatever comes.
 *
 * Of a node come the lines of its newest container and, as long as there is room, of those before it that had the same
 * image: a candidate that crashes is started again and again, and the one that runs has nothing to tell yet.
 *
 * @returns by node, why it could not be read at the first attempt (its container is missing, or it can't be reached); said as a line too.
 */
export async function slotLogs(
  source: SlotLogSource,
  { tail = 100, follow = false, signal }: SlotLogOptions,
  onLine: (line: SlotLogLine) => void,
): Promise<Record<string, string>> {
  const read = await Promise.all(
    source.nodes.map((node) => lastOfNode(source, node, tail).catch((error: unknown) => messageOf(error))),
  );
  const missing: Record<string, string> = {};
  source.nodes.forEach((node, index) => {
    const found = read[index]!;
    if (typeof found === 'string') missing[node] = found;
    else if (found.shown.size === 0) missing[node] = `has no container of ${source.swarmService}`;
  });
  if (signal.aborted) return missing;
  read
    .flatMap((each) => (typeof each === 'string' ? [] : each.lines))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .forEach(onLine);
  for (const [node, text] of Object.entries(missing)) onLine(remark(node, text));
  if (follow)
    await Promise.all(
      source.nodes.map((node, index) => {
        const found = read[index]!;
        const known = typeof found === 'string' ? { problem: found } : found;
        return followSlot(source, node, known, { tail, signal }, onLine);
      }),
    );
  return missing;
}
