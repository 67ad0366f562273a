import type { ChangeKind, CheckFailure } from './calls';
import type { Bag, Json } from './json';

/** What one input of a resource may be, as the official schema says. */
export interface InputRule {
  kind: 'text' | 'number' | 'boolean' | 'texts' | 'object' | 'any';
  required?: true;
  /** The values that are allowed; left out: all of the kind. */
  allowed?: readonly Json[];
  /** A change of it makes the resource anew. */
  replaces?: true;
  /** What the state has where the program gives nothing. */
  standard?: Json;
  /** The engine keeps it encrypted, whoever gives it. */
  secret?: true;
}

/** A kind of resource, over plain values: no marks of secrecy, nothing unknown. */
export interface ResourceKind {
  inputs: Record<string, InputRule>;
  /** What the plugin itself finds out, and whether the engine keeps it encrypted. */
  computed: Record<string, 'plain' | 'secret'>;
  /** What is wrong with the inputs together. */
  check?: (inputs: Bag) => CheckFailure[];
  /** What changes though no input did. */
  changes?: (state: Bag) => Record<string, ChangeKind>;
  /** Makes it. @returns its ID and what was found out */
  create(inputs: Bag, signal: AbortSignal): Promise<{ id: string; computed: Bag }>;
  /** Reads it. @param state what was known of it @returns all of its state; null when it is gone */
  read(id: string, state: Bag, signal: AbortSignal): Promise<Bag | null>;
  /** Changes it. @returns what was found out */
  update(id: string, inputs: Bag, prior: Bag, signal: AbortSignal): Promise<Bag>;
  /** Ends it. */
  delete(id: string, state: Bag, signal: AbortSignal): Promise<void>;
}
