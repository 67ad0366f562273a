import type { ContainerLine } from './log-frames';
import type { SlotContainer } from './slot-containers';

/** One line of a slot's log. */
export interface SlotLogLine {
  /** Name of the node. */
  node: string;
  /** The first 12 hex digits of the container's ID; empty where there is none. */
  container: string;
  /** ISO 8601 in UTC, with nine decimals where it is Docker's. */
  at: string;
  /** `evenkeel`: not printed by the container, but said of it, e.g. that it has exited. */
  stream: 'stdout' | 'stderr' | 'evenkeel';
  text: string;
}

/** A line that a container printed. */
export function slotLine(
  node: string,
  { id }: SlotContainer,
  { at, stream, text }: ContainerLine,
): SlotLogLine {
  return { node, container: id.slice(0, 12), at, stream, text };
}

/**
 * Something that is said of a node or of one of its containers.
 * @param at default: now.
 */
export function remark(
  node: string,
  text: string,
  container?: SlotContainer,
  at = new Date().toISOString(),
): SlotLogLine {
  return { node, container: container?.id.slice(0, 12) ?? '', at, stream: 'evenkeel', text };
}
