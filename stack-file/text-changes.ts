import { longestCommon } from './longest-common';

/** Unchanged lines to show before and after a change. */
const CONTEXT = 1;

interface Line {
  sign: ' ' | '-' | '+';
  text: string;
  /** Which line of the old and of the new text it is, or comes before; from 1. */
  before: number;
  after: number;
}

/**
 * What differs between two texts, for a person to read: a unified diff with one line of context, without file names
 * and colours. Empty when the lines are the same. A line break's kind (and its lack at the end) is no difference.
 */
export function textChanges(before: string, after: string): string {
  const lines = compared(linesOf(before), linesOf(after));
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' ');
  const shown = lines.map((line, index) => ({ line, index })).filter(({ index }) => isNear(index));
  const parts: Line[][] = [];
  shown.forEach(({ line, index }, position) => {
    if (shown[position - 1]?.index !== index - 1) parts.push([]);
    parts.at(-1)?.push(line);
  });
  return parts
    .flatMap((part) => [header(part), ...part.map(({ sign, text }) => `${sign}${text}`)])
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function compared(before: string[], after: string[]): Line[] {
  const common = longestCommon(before, after, (a, b) => a === b);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...common, [before.length, after.length] as const]) {
    while (i < nextI) lines.push({ sign: '-', text: before[i] ?? '', before: ++i, after: j + 1 });
    while (j < nextJ) lines.push({ sign: '+', text: after[j] ?? '', before: i + 1, after: ++j });
    if (i < before.length) lines.push({ sign: ' ', text: before[i] ?? '', before: ++i, after: ++j });
  }
  return lines;
}

/** `@@ -<first line>,<count> +<first line>,<count> @@`; where there are no lines, the line before them counts. */
function header(part: readonly Line[]): string {
  const range = (side: 'before' | 'after', other: Line['sign']) => {
    const count = part.filter(({ sign }) => sign !== other).length;
    const first = part[0]?.[side] ?? 1;
    return `${count === 0 ? first - 1 : first},${count}`;
  };
  return `@@ -${range('before', '+')} +${range('after', '-')} @@`;
}
