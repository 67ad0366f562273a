import { delimiter, dirname, join } from 'node:path';
import { checkoutDirectory } from './lab-directory';

/** The PATH to run Pulumi with: the engine's folder first (its language host is there), then this checkout's Node. */
export function pulumiPath(pulumi: string): string {
  return [dirname(pulumi), join(checkoutDirectory, 'node_modules', '.bin'), process.env.PATH ?? ''].join(
    delimiter,
  );
}
