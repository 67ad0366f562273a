import type { Paint } from './paint';
import type { SlotLogLine } from './slot-log-line';

/**
 * A line of the log for people, without its end: `pi1  | listening on :8080`. What is not the container's own is in
 * brackets: `pi1  | [3f2a9c0d1e2f: Exited (1) 5 minutes ago]`.
 *
 * @param width length of the longest name of a node, so that the lines stand below each other.
 */
export function formatLogLine(
  { node, container, stream, text }: SlotLogLine,
  width: number,
  paint: Paint,
): string {
  const prefix = paint('faint', `${node.padEnd(width)} |`);
  if (stream !== 'evenkeel') return `${prefix} ${text}`;
  return `${prefix} ${paint('doubtful', `[${container ? `${container}: ` : ''}${text}]`)}`;
}
