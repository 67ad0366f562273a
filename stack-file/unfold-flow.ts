import { isMap, isSeq } from 'yaml';
import { columnOf, startOfNextLine } from './lines';
import { hasListOfMaps, isPlainMap } from './plain';
import type { TextEdit } from './text-edits';
import { type Collection, entriesOf, type Entry, isEmptyCollection, isFlow } from './yaml-entries';
import type { YamlSource } from './yaml-source';
import { styleOf } from './yaml-style';

/**
 * The edits that write a one-line `shop: { live: blue, … }` as a block, one entry in a line, where it shall get a
 * list of maps: the history would make that line longer with every act. Each entry keeps its own text. Only the
 * outermost such collections; whoever wants the inner ones calls again with the new text.
 *
 * @param entry a pair of a block map
 */
export function unfoldFlow(source: YamlSource, entry: Entry, wanted: unknown): TextEdit[] {
  const { value } = entry;
  if (!hasListOfMaps(wanted) || source.means(value, wanted)) return [];
  if ((!isMap(value) && !isSeq(value)) || isEmptyCollection(value)) return [];
  if (isFlow(value)) return unfold(source, entry, value);
  if (!isMap(value) || !isPlainMap(wanted)) return [];
  return entriesOf(source, value).flatMap((inner) => unfoldFlow(source, inner, wanted[inner.key ?? '']));
}

function unfold(source: YamlSource, entry: Entry, value: Collection): TextEdit[] {
  const { text } = source;
  const { start, end, afterColon } = entry;
  const shared = 'anchor' in value && value.anchor !== undefined;
  if (afterColon === undefined || shared || text.slice(afterColon, end).includes('\n')) return [];
  const style = styleOf(source);
  const deeper = isMap(value) || style.indentSeq ? style.indent : 0;
  const indent = ' '.repeat(columnOf(text, start) + deeper);
  const lines = entriesOf(source, value).map((inner) => indent + textOf(text, inner, isMap(value)));
  const nextLine = startOfNextLine(text, end);
  return [
    { start: afterColon, end, text: '' },
    { start: nextLine, end: nextLine, text: lines.map((line) => line + style.lineBreak).join('') },
  ];
}

/** An entry as it stands in a block. A key may have no colon in brackets, or a value right behind its colon. */
function textOf(text: string, { start, end, afterColon }: Entry, isPair: boolean): string {
  if (!isPair) return `- ${text.slice(start, end)}`;
  const value = afterColon === undefined ? '' : text.slice(afterColon, end).trim();
  return `${text.slice(start, afterColon ?? end)}${afterColon === undefined ? ':' : ''} ${value}`.trimEnd();
}
