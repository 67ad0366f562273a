import { CommanderError } from 'commander';
import { Refusal } from '../release/refusal';

/** Names of errors that JavaScript itself throws: where one gets here, the fault is ours. */
const ownFaults = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/** Whether an error is a fault of our own: one that shows its stack. */
export function isOwnFault({ name }: Error): boolean {
  return ownFaults.has(name);
}

/**
 * Prints what went wrong on standard error, and says which exit code belongs to it: only a fault of our own shows a stack.
 */
export function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (!(error instanceof Error)) {
    console.error(`evenkeel: ${String(error)}`);
    return 1;
  }
  if (error instanceof Refusal) {
    console.error(`evenkeel: refused: ${error.message}`);
    return 3;
  }
  if (!isOwnFault(error)) {
    console.error(`evenkeel: ${error.message}`);
    return 1;
  }
  console.error(
    `evenkeel: this is a fault of Evenkeel itself; please report it with these lines.\n${error.stack}`,
  );
  return 70;
}
