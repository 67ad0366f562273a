import type { Logging } from './command-output';

/** A command to run, and what it gets. */
export interface Run {
  command: string;
  /** Variables besides the plugin's own. */
  environment: Record<string, string>;
  stdin?: string;
  /** Where to run it; the program's folder where not given. */
  dir?: string;
  /** What runs it, with the command as the last argument; `/bin/sh -c` where not given. */
  interpreter?: string[];
  logging?: Logging;
  /** Takes each line that shall be logged. */
  log: (line: string) => void;
}

/** What a command wrote, each stream without the line break at its end. */
export interface Outcome {
  stdout: string;
  stderr: string;
}
