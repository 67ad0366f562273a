import { homedir } from 'node:os';
import { join } from 'node:path';

/** What a caller may set; a test does, the CLI has no need to. */
export interface ClientSettings {
  /** Where HOME, DOCKER_CONFIG and PATH (for credential helpers) are read. Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds that one request may take, its answer included. Default: 10 s. */
  timeoutMs?: number;
  /** Milliseconds to wait before each further attempt; their number is that of the attempts. Default: 0.5, 1 and 2 s. */
  pausesMs?: readonly number[];
}

/** The user's folder of Docker, where Docker Desktop keeps certificates whatever DOCKER_CONFIG says. */
export function dockerFolder(env: NodeJS.ProcessEnv): string {
  return join(env['HOME'] || homedir(), '.docker');
}

/** Docker's file of logins: in $DOCKER_CONFIG or `~/.docker`. */
export function dockerConfigFile(env: NodeJS.ProcessEnv): string {
  return join(env['DOCKER_CONFIG'] || dockerFolder(env), 'config.json');
}
