import { UnknownValueError } from '@pulumi/policy';

/**
 * What `read` returns, or undefined when it meets a value that a preview can't know yet. Without it one unknown value
 * would switch a whole policy off for the preview: the policy SDK turns the error into a mere note.
 *
 * @throws whatever else `read` throws.
 */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) return undefined;
    throw error;
  }
}
