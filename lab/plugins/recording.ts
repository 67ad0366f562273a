import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bag, Json } from './provider/json';

/** One call that the engine made to an official plugin, and its answer, on a real Swarm. */
export interface Recorded {
  /** Its line in the file, from 0. */
  line: number;
  method: 'Check' | 'Diff' | 'Create' | 'Read' | 'Update' | 'Delete';
  type: string;
  /** What was going on when the call was made. */
  scene: string;
  request: Bag & { urn: string; name: string };
  /** `null` for a call that failed. */
  response: Bag | null;
  /** gRPC's errors. */
  errors?: string[];
}

/** Where the recordings are, unless EVENKEEL_CONFORMANCE names another folder. */
const FOLDER = join(__dirname, '..', '..', '..', 'shared', 'conformance');

/**
 * Reads the recording of a plugin.
 *
 * The engine notes some deletions twice, when they start and when they end; the note of a start has no answer and no
 * error. Those are told apart, for they say nothing about the plugin.
 *
 * @param plugin the name of the plugin
 * @throws Error where the recording is not there
 */
export function readRecording(plugin: 'docker' | 'command'): { calls: Recorded[]; starts: Recorded[] } {
  const file = join(process.env['EVENKEEL_CONFORMANCE'] ?? FOLDER, `${plugin}.jsonl`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(
      `no recording of the ${plugin} plugin at ${file}: set EVENKEEL_CONFORMANCE to the folder that has it`,
    );
  }
  const all = text
    .trim()
    .split('\n')
    .map((line, index) => ({ ...(JSON.parse(line) as Omit<Recorded, 'line'>), line: index }));
  const isStart = ({ response, errors }: Recorded) => response === null && errors === undefined;
  return { calls: all.filter((call) => !isStart(call)), starts: all.filter(isStart) };
}

/** A recorded diff in the form of `DiffAnswer`: the log leaves out what is false, empty, or the kind ADD, which is 0. */
export function recordedDiff(response: Bag): Json {
  const detailed = (response['detailedDiff'] ?? {}) as Record<string, { kind?: string }>;
  return {
    changes: response['changes'] ?? null,
    detailedDiff: Object.fromEntries(
      Object.entries(detailed).map(([path, { kind = 'ADD' }]) => [path, kind]),
    ),
    // A Go map's order: another one each time.
    diffs: [...((response['diffs'] as string[] | undefined) ?? [])].sort(),
    replaces: response['replaces'] ?? [],
    stables: response['stables'] ?? [],
    deleteBeforeReplace: response['deleteBeforeReplace'] ?? false,
  };
}
