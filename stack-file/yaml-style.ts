import { isCollection, isMap, isScalar, isSeq, visit } from 'yaml';
import { columnOf, lineBreakOf } from './lines';
import { isFlow, offsetOf } from './yaml-entries';
import type { YamlSource } from './yaml-source';

/** How the author of a YAML file writes it. */
export interface YamlStyle {
  lineBreak: '\n' | '\r\n';
  /** By how many columns a map stands deeper than its key; 2 when the file doesn't show it. */
  indent: number;
  /** True when a list's dashes stand deeper than the list's key; true when the file doesn't show it. */
  indentSeq: boolean;
  /** True for `{ a: 1 }`, false for `{a: 1}`; true when the file doesn't show it. */
  padding: boolean;
  /** True when quotes are single ones; true when the file doesn't show it. */
  singleQuote: boolean;
}

/** The style of the first part of the file that shows it. */
export function styleOf(source: YamlSource): YamlStyle {
  const { text } = source;
  const shown: Partial<YamlStyle> = {};
  visit(source.document, {
    Pair: (_, { key, value }) => {
      const [start, deeper] = [offsetOf(key), offsetOf(value)];
      if (start === undefined || deeper === undefined || !isCollection(value) || isFlow(value)) return;
      const columns = columnOf(text, deeper) - columnOf(text, start);
      if (isMap(value) && columns > 0) shown.indent ??= columns;
      if (isSeq(value)) shown.indentSeq ??= columns > 0;
    },
    Map: (_, node) => {
      const start = offsetOf(node);
      if (start === undefined || !isFlow(node) || node.items.length === 0) return;
      const next = text[start + 1] ?? '';
      if (!/[\r\n]/.test(next)) shown.padding ??= next === ' ';
    },
    Scalar: (_, node) => {
      if (isScalar(node) && node.type === 'QUOTE_SINGLE') shown.singleQuote ??= true;
      if (isScalar(node) && node.type === 'QUOTE_DOUBLE') shown.singleQuote ??= false;
    },
  });
  return {
    lineBreak: lineBreakOf(text),
    indent: shown.indent ?? 2,
    indentSeq: shown.indentSeq ?? true,
    padding: shown.padding ?? true,
    singleQuote: shown.singleQuote ?? true,
  };
}
