import { spawn } from 'node:child_process';

/** What a finished command left behind. One that a signal ended has `code` 1. */
export interface CommandResult {
  stdout: string;
  stderr: string;
  code: number;
}

/** How a command is run. */
export interface RunOptions {
  /** Text for its standard input; default: none. */
  input?: string | Buffer;
  /** Variables on top of this process's own. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is killed and counts as failed; default: no limit. */
  timeout?: number;
  /** Working directory; default: this process's. */
  cwd?: string;
}

/** Runs `argv` without a shell and resolves with its output and exit code, whatever that is. Rejects only where the program can't be started. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) return Promise.reject(new Error('run: no program given'));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let timer: NodeJS.Timeout | undefined;
    if (options.timeout !== undefined) {
      timer = setTimeout(() => {
        stderr += `\n${program}: no end after ${options.timeout} ms, killed`;
        child.kill('SIGKILL');
      }, options.timeout);
    }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, code: code ?? 1 });
    });
    // A command may end without reading its input; its exit code tells more than this pipe's error.
    child.stdin?.on('error', () => undefined).end(options.input);
  });
}
