import type { Bag } from '../provider/json';
import type { Fields } from './attribute';

/** A kind of resource: its schema, and what is done with Docker for it. States have no `id` and no `__meta` in them. */
export interface ManagedKind {
  fields: Fields;
  /** What stands at `__meta` of a state: the version of Terraform's schema; undefined: no such property (recorded). */
  meta?: string;
  create(planned: Bag, { signal }: { signal: AbortSignal }): Promise<{ id: string; state: Bag }>;
  /** `null` for a resource that is gone. */
  read(
    id: string,
    prior: Bag,
    { signal }: { signal: AbortSignal },
  ): Promise<{ id: string; state: Bag } | null>;
  update(id: string, planned: Bag, { signal }: { signal: AbortSignal }): Promise<Bag>;
  delete(id: string, state: Bag, { signal }: { signal: AbortSignal }): Promise<void>;
}
