import { createInterface } from 'node:readline/promises';

/** Asks on the terminal. @throws Error where there is none: a script says `--yes`. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw nobodyToAsk(question);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Asks to type a word: for what can't be undone. @throws Error where there is no terminal: a script says `--yes`. */
export async function typed(question: string, word: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw nobodyToAsk(question);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Type ${word} to go on: `)).trim() === word;
  } finally {
    terminal.close();
  }
}

function nobodyToAsk(question: string): Error {
  return new Error(
    `Nobody can be asked here ("${question}"): standard input is no terminal. Say --yes. Nothing was changed.`,
  );
}
