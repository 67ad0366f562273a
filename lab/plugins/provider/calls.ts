import type { Bag } from './json';

/** What every call about one resource names: its URN, the name in it, and its type token. */
export interface About {
  urn: string;
  name: string;
  type: string;
}

/** Asks for a resource's inputs to be judged and completed. `olds` are the inputs of last time, empty the first time. */
export interface CheckCall extends About {
  olds: Bag;
  news: Bag;
}

/** Why inputs are refused. Without `property` the engine shows the reason alone. */
export interface CheckFailure {
  property?: string;
  reason: string;
}

/** The completed inputs, and why they are refused, if they are. */
export interface CheckAnswer {
  inputs: Bag;
  failures: CheckFailure[];
}

/** Asks what changed. `olds` is the resource's state, `oldInputs` and `news` the inputs of last time and of now. */
export interface DiffCall extends About {
  id: string;
  olds: Bag;
  oldInputs: Bag;
  news: Bag;
  /** The resource's option of that name. The engine has put the old inputs in their places already. */
  ignoreChanges: string[];
}

/** How one property changed; with REPLACE, the resource has to be made anew. */
export type ChangeKind = 'ADD' | 'DELETE' | 'UPDATE' | 'ADD_REPLACE' | 'DELETE_REPLACE' | 'UPDATE_REPLACE';

/** What changed, by property path. `diffs`, `replaces` and `stables` are names of top-level properties. */
export interface DiffAnswer {
  changes: 'DIFF_NONE' | 'DIFF_SOME';
  detailedDiff: Record<string, ChangeKind>;
  diffs: string[];
  replaces: string[];
  stables: string[];
  deleteBeforeReplace: boolean;
}

/** Asks for a resource to be made, or, in a preview, for what is known of it beforehand. */
export interface CreateCall extends About {
  properties: Bag;
  preview: boolean;
}

/** The resource made. The ID may be empty in a preview. */
export interface CreateAnswer {
  id: string;
  properties: Bag;
}

/** Asks for a resource's state in the world. */
export interface ReadCall extends About {
  id: string;
  inputs: Bag;
  properties: Bag;
}

/** The state, and the inputs that would lead to it. `null` stands for a resource that is gone. */
export type ReadAnswer = { id: string; inputs: Bag; properties: Bag } | null;

/** Asks for a resource to be changed, or, in a preview, for what it would become. */
export interface UpdateCall extends DiffCall {
  preview: boolean;
}

/** Asks for a resource to be ended. */
export interface DeleteCall extends About {
  id: string;
  properties: Bag;
}

/** What a call may use while it runs. */
export interface CallContext {
  /** Aborted when the engine cancels, or is gone. */
  signal: AbortSignal;
  /** Writes a line to the engine's log, on the resource of the call. A passing line is shown only while it is the newest. */
  log: (severity: 'info' | 'warning' | 'error', line: string, passing: boolean) => void;
}

/** A plugin, as plain functions of plain values: `serve` puts it behind the engine's protocol, the replay test calls it. */
export interface Plugin {
  /** The version that it stands in for. */
  readonly version: string;
  /** Whether the engine may send and get values marked as secret; where not, it marks by itself what came from a secret. */
  readonly takesSecrets: boolean;
  checkConfig(news: Bag): CheckFailure[];
  configure(config: Bag): void;
  check(call: CheckCall): CheckAnswer;
  diff(call: DiffCall): DiffAnswer;
  create(call: CreateCall, context: CallContext): Promise<CreateAnswer>;
  read(call: ReadCall, context: CallContext): Promise<ReadAnswer>;
  update(call: UpdateCall, context: CallContext): Promise<{ properties: Bag }>;
  delete(call: DeleteCall, context: CallContext): Promise<void>;
  /** Ends what the plugin holds open: connections, child processes. Called once, before the process exits. */
  close(): void;
}
