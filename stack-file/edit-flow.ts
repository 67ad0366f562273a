import { type ChangePlan, keptOf } from './change-plan';
import { columnOf, endOfLine, isFirstInLine, startOfLine, startOfNextLine } from './lines';
import type { TextEdit } from './text-edits';
import type { Entry } from './yaml-entries';

/**
 * The edits that carry out a plan for a map or list in brackets; new entries are given as they stand between commas.
 * Where each entry has lines of its own, so has each new one; undefined when comments stand between entries that
 * share lines: then nobody can tell to what they belong.
 */
export function editFlow(text: string, plan: ChangePlan<string>, lineBreak: string): TextEdit[] | undefined {
  if (plan.entries.every((entry) => isAloneInLines(text, entry))) return editLines(text, plan, lineBreak);
  const gaps = plan.entries.slice(1).map((entry, index) => text.slice(plan.entries[index]?.end, entry.start));
  return gaps.some((gap) => gap.includes('#')) ? undefined : editInline(plan);
}

function editInline(plan: ChangePlan<string>): TextEdit[] {
  const { entries, removed, addedAfter, addedFirst } = plan;
  const [firstKept, lastKept] = [keptOf(plan)[0], keptOf(plan).at(-1)];
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return [];
  if (!firstKept || !lastKept) return [{ start: first.start, end: last.end, text: addedFirst.join(', ') }];
  const edits: TextEdit[] = [];
  entries.forEach((entry, index) => {
    const next = entries[index + 1];
    if (removed.has(entry) && next && entry.start < lastKept.start)
      edits.push({ start: entry.start, end: next.start, text: '' });
  });
  if (last !== lastKept) edits.push({ start: lastKept.end, end: last.end, text: '' });
  if (addedFirst.length > 0) {
    const before = addedFirst.map((added) => `${added}, `).join('');
    edits.push({ start: firstKept.start, end: firstKept.start, text: before });
  }
  for (const [{ end }, added] of addedAfter)
    edits.push({ start: end, end, text: added.map((entry) => `, ${entry}`).join('') });
  return edits;
}

/** Each entry with its comma and its comment in lines of its own. */
function editLines(text: string, plan: ChangePlan<string>, lineBreak: string): TextEdit[] {
  const { entries, removed, addedAfter, addedFirst } = plan;
  const [first, last] = [entries[0], entries.at(-1)];
  if (!first || !last) return [];
  const indent = ' '.repeat(columnOf(text, first.start));
  const [firstKept] = keptOf(plan);
  const edits: TextEdit[] = [];
  for (const entry of removed) {
    if (!firstKept && entry === first && addedFirst.length > 0)
      edits.push({ start: first.start, end: first.end, text: addedFirst.join(`,${lineBreak}${indent}`) });
    else
      edits.push({
        start: startOfLine(text, entry.start),
        end: startOfNextLine(text, entry.end),
        text: '',
      });
  }
  if (firstKept && addedFirst.length > 0) {
    const start = startOfLine(text, firstKept.start);
    const lines = addedFirst.map((added) => `${indent}${added},${lineBreak}`).join('');
    edits.push({ start, end: start, text: lines });
  }
  for (const [entry, added] of addedAfter) {
    const isEnd = entry === last && !hasComma(text, entry);
    if (isEnd) edits.push({ start: entry.end, end: entry.end, text: ',' });
    const lines = added.map((text) => `${indent}${text},`).join(lineBreak);
    const start = startOfNextLine(text, entry.end);
    edits.push({ start, end: start, text: (isEnd ? lines.slice(0, -1) : lines) + lineBreak });
  }
  return edits;
}

function isAloneInLines(text: string, entry: Entry): boolean {
  const rest = text.slice(entry.end, endOfLine(text, entry.end));
  return isFirstInLine(text, entry.start) && /^\s*,?\s*(#.*)?$/.test(rest);
}

function hasComma(text: string, { end }: Entry): boolean {
  return text.slice(end, endOfLine(text, end)).trimStart().startsWith(',');
}
