import type { DockerLabel } from './docker-service-props';
import { ifKnown } from './if-known';

/** Labels by name, in the order given. Labels whose name or value a preview can't know yet are left out. */
export function labelsOf(read: () => readonly DockerLabel[] | undefined): Map<string, string> {
  const labels = new Map<string, string>();
  const list = ifKnown(read) ?? [];
  for (let index = 0; index < list.length; index++) {
    const pair = ifKnown(() => [list[index]?.label, list[index]?.value] as const);
    if (typeof pair?.[0] === 'string' && typeof pair[1] === 'string') labels.set(pair[0], pair[1]);
  }
  return labels;
}
