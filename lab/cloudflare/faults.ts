import type { Bag } from '../plugins/provider/json';
import type { State } from './state';

/** What the stand-in does instead of answering well. */
export type FaultKind =
  /** Answers with `status` and an error of the API. */
  | { kind: 'status'; status: number; retryAfter?: number }
  /** Answers well, `milliseconds` later. */
  | { kind: 'slow'; milliseconds: number }
  /** Takes the request and never answers. */
  | { kind: 'silent' }
  /** Closes the connection without an answer. */
  | { kind: 'hang-up' }
  /** Answers 200 with `text`, by default JSON that ends in the middle. */
  | { kind: 'malformed'; text?: string; contentType?: string }
  /** Answers what is read as it was when the fault was made. Writing goes on. */
  | { kind: 'stale' };

/** A fault, and which calls it is for. */
export type Fault = FaultKind & {
  /** Default: every method. */
  method?: string;
  /** A regular expression that the path below `/client/v4` must match. Default: every path. */
  path?: string;
  /** How many calls it is for. Default: all, until it is taken away. */
  times?: number;
  /** The call is carried out though its answer is lost or wrong. Default: false, nothing is done. */
  carriedOut?: boolean;
};

const kinds = ['status', 'slow', 'silent', 'hang-up', 'malformed', 'stale'];

/** Checks what came in over the control path. @throws Error that says what is allowed */
export function parseFault(body: Bag): Fault {
  const { kind } = body;
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    throw new Error(`kind: got ${JSON.stringify(kind ?? null)}; allowed: ${kinds.join(', ')}.`);
  }
  const needed = { status: 'status', slow: 'milliseconds' }[kind];
  if (needed !== undefined && typeof body[needed] !== 'number') {
    throw new Error(`${needed}: a fault of kind ${kind} needs it, as a number.`);
  }
  return body as unknown as Fault;
}

/** A fault that is on. */
interface ActiveFault {
  fault: Fault;
  /** The state when it was made, for a `stale` one. */
  old: State | undefined;
}

/** The faults that are on; the one that was made last comes first. */
export class Faults {
  private active: ActiveFault[] = [];

  /** Adds one. @param state what a `stale` fault goes on answering */
  add(fault: Fault, state: State): void {
    const old = fault.kind === 'stale' ? structuredClone(state) : undefined;
    this.active.unshift({ fault: { ...fault }, old });
  }

  /** Takes all away. */
  clear(): void {
    this.active = [];
  }

  /** Those that are on, with how many calls each is still for. */
  list(): Fault[] {
    return this.active.map(({ fault }) => ({ ...fault }));
  }

  /** The fault for this call, if there is one; that counts as one of its `times`. */
  take(method: string, path: string): ActiveFault | undefined {
    const found = this.active.find(
      ({ fault }) =>
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined || new RegExp(fault.path).test(path)) &&
        // A stale answer is one to a question.
        (fault.kind !== 'stale' || method === 'GET'),
    );
    if (found?.fault.times !== undefined) {
      found.fault.times -= 1;
      if (found.fault.times <= 0) this.active = this.active.filter((one) => one !== found);
    }
    return found;
  }
}
