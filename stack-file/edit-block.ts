import { type ChangePlan, keptOf } from './change-plan';
import { columnOf, endOfLine, isFirstInLine, startOfLine, startOfNextLine } from './lines';
import type { TextEdit } from './text-edits';
import type { Entry } from './yaml-entries';

/** A new entry of a block map or list: its lines, without the indentation of the map or list. */
export type NewLines = readonly string[];

/** The edits that carry out a plan for a block map or list. Each entry goes with its whole lines; other lines stay. */
export function editBlock(text: string, plan: ChangePlan<NewLines>, lineBreak: string): TextEdit[] {
  const { removed, addedAfter, addedFirst } = plan;
  const [first] = plan.entries;
  if (!first) return [];
  const indent = ' '.repeat(columnOf(text, first.start));
  const whole = (added: readonly NewLines[]) =>
    added
      .flat()
      .map((line) => indent + line + lineBreak)
      .join('');
  const edits: TextEdit[] = [];
  const [firstKept] = keptOf(plan);
  for (const entry of removed) {
    if (!firstKept && entry === first && addedFirst.length > 0) {
      const lines = addedFirst.flat().join(lineBreak + indent);
      edits.push({ start: first.start, end: endOfLine(text, endOfRegion(text, first)), text: lines });
    } else edits.push(removal(text, entry));
  }
  if (firstKept && addedFirst.length > 0) {
    const start = startOfLine(text, firstKept.start);
    edits.push({ start, end: start, text: whole(addedFirst) });
  }
  for (const [entry, added] of addedAfter) {
    const start = startOfNextLine(text, endOfRegion(text, entry));
    edits.push({ start, end: start, text: whole(added) });
  }
  return edits;
}

/** Takes an entry away. One that shares its line with a dash leaves the line: there the rest of its map begins. */
export function removal(text: string, entry: Entry): TextEdit {
  const end = endOfRegion(text, entry);
  return isFirstInLine(text, entry.start)
    ? { start: startOfLine(text, entry.start), end: startOfNextLine(text, end), text: '' }
    : { start: entry.start, end: endOfLine(text, end), text: '' };
}

/**
 * An offset in the last line of an entry: comment lines below it that stand deeper than the entry belong to it, as
 * for a reader. (Left behind, one could even become a part of a text with `|` above it.)
 */
function endOfRegion(text: string, { start, end }: Entry): number {
  const column = columnOf(text, start);
  let last = end;
  for (let line = startOfNextLine(text, end); line < text.length; line = startOfNextLine(text, line)) {
    const content = text.slice(line, endOfLine(text, line));
    const isDeeperComment = content.trimStart().startsWith('#') && content.search(/\S/) > column;
    if (isDeeperComment) last = line;
    else if (content.trim() !== '') break;
  }
  return last;
}
