import type { Json } from './json';

/** A text of a resource's inputs or state, which `check` has found to be one; empty where there is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
