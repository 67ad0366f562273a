import { formatKeyPath, type KeyPath } from './key-path';

/** One thing in the config that must be changed before anything is touched. */
export interface Mistake {
  /** The key as the stack file writes it: `evenkeel:nodes[1].roles[0]`. */
  key: string;
  /** What stands there; undefined when nothing does. */
  value: unknown;
  /** What may stand there, as a phrase without a full stop. */
  allowed: string;
  /** What to do, as a sentence. */
  remedy: string;
  /** All of it in one line. */
  message: string;
}

/** A mistake with its message. `at` is a path below `evenkeel:`, or the key's text. */
export function mistake(at: KeyPath | string, given: unknown, allowed: string, remedy: string): Mistake {
  const key = typeof at === 'string' ? at : formatKeyPath(at);
  const value = withoutKeys(given);
  return {
    key,
    value,
    allowed,
    remedy,
    message: `${key}: got ${show(value)}; allowed: ${allowed}. ${remedy}`,
  };
}

/** Somebody who pastes a private key instead of its path shall not find it in a build's log. */
function withoutKeys(value: unknown): unknown {
  const hasKey = JSON.stringify(value)?.includes('PRIVATE KEY');
  return hasKey ? '(a private key, not shown)' : value;
}

/** Long enough for an image with its digest, short enough to keep the allowed values in sight. */
const SHOWN_LENGTH_MAX = 120;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'nothing (null)';
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
