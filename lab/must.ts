import { run, type RunOptions } from './run';

/** Runs `argv` and resolves with its standard output, trimmed; throws with the command and its last words when it fails. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, stderr, code } = await run(argv, options);
  if (code === 0) return stdout.trim();
  const words = (stderr.trim() || stdout.trim()).split('\n').slice(-15).join('\n');
  throw new Error(`\`${shorten(argv.join(' '))}\` failed (exit code ${code}):\n${words}`);
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}
