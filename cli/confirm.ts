import { createInterface } from 'node:readline/promises';

/** Asks on the terminal. @throws Error where there is none: a script says `--yes`. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Error(
      `Nobody can be asked here ("${question}"): standard input is no terminal. Say --yes. Nothing was changed.`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
