import { hostname, userInfo } from 'node:os';
import type { Author } from '../release/transitions';

/**
 * Whoever runs the command, now. To the minute: with seconds it would be a timestamp of YAML 1.1, which Pulumi reads and
 * hands on as another text (tried: `2026-11-21 14:11:31 +0000 UTC`) wherever somebody's editor drops the quotes.
 */
export function author(): Author {
  return { at: `${new Date().toISOString().slice(0, 16)}Z`, by: `${userInfo().username}@${hostname()}` };
}
