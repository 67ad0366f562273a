import { createHash } from 'node:crypto';

/** The label that everything of a lab carries in the engine; its value is the lab's name. */
export const labLabel = 'evenkeel.lab';

/** The label that says which checkout a lab belongs to, so that one whose checkout is gone can be cleared away. */
export const checkoutLabel = 'evenkeel.checkout';

/** A lab's name, from its checkout's path: two checkouts on one machine have two labs. */
export function labName(checkout: string): string {
  return `evenkeel-${createHash('sha256').update(checkout).digest('hex').slice(0, 6)}`;
}

/** The container's name of one of the lab's parts: a machine (`pi1`), `registry` or `outsider`. */
export function containerName(lab: string, part: string): string {
  return `${lab}-${part}`;
}

/** Name of the bridge in the host's kernel, which takes at most 15 characters. */
export function bridgeName(lab: string): string {
  return `ek${createHash('sha256').update(lab).digest('hex').slice(0, 8)}`;
}
