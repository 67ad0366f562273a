import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { hasListOfMaps, isFlatMap, isPlainMap } from './plain';
import { keyText, scalarText } from './scalar-text';
import { isEmptyCollection, isFlow } from './yaml-entries';
import type { YamlStyle } from './yaml-style';

/** A new value, and a node of the file that shows how its author would write it. */
export interface NewValue {
  value: unknown;
  like?: Node;
}

/** A new pair of a map. */
export interface NewPair extends NewValue {
  key: string;
}

/** A new pair of a block map as lines, without the indentation of the map itself. */
export function blockPair({ key, ...rest }: NewPair, style: YamlStyle): string[] {
  const start = `${keyText(key, style)}:`;
  if (isInline(rest)) return [`${start} ${inlineValue(rest, style, false)}`];
  const indent = ' '.repeat(Array.isArray(rest.value) && !style.indentSeq ? 0 : style.indent);
  return [start, ...blockLines(rest, style).map((line) => indent + line)];
}

/** A new item of a block list as lines, the first with its dash. */
export function blockItem({ value, like }: NewValue, style: YamlStyle): string[] {
  // A line for each act of the history.
  const asLine = isFlatMap(value) && !isMap(like);
  const lines =
    asLine || isInline({ value, like })
      ? [inlineValue({ value, like }, style, false)]
      : blockLines({ value, like }, style);
  return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

/** A new pair of a map in brackets: `key: value`. */
export function flowPair({ key, ...rest }: NewPair, style: YamlStyle): string {
  return `${keyText(key, style)}: ${inlineValue(rest, style, true)}`;
}

/** True when a value in a block is written in the line of its key: a scalar, or a map or list in brackets. */
export function isInline({ value, like }: NewValue): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return true;
  return isFlow(like) && !isEmptyCollection(like) && !hasListOfMaps(value);
}

function blockLines({ value, like }: NewValue, style: YamlStyle): string[] {
  return Array.isArray(value)
    ? value.flatMap((item: unknown) => blockItem({ value: item, like: likeOf(like, -1) }, style))
    : Object.entries(value as object).flatMap(([key, inner]: [string, unknown]) =>
        blockPair({ key, value: inner, like: likeOf(like, key) }, style),
      );
}

/**
 * A value in one line.
 * @param inFlow true when it stands between brackets
 */
export function inlineValue({ value, like }: NewValue, style: YamlStyle, inFlow: boolean): string {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) =>
      inlineValue({ value: item, like: likeOf(like, -1) }, style, true),
    );
    return `[${items.join(', ')}]`;
  }
  if (isPlainMap(value)) {
    const pairs = Object.entries(value).map(([key, inner]) =>
      flowPair({ key, value: inner, like: likeOf(like, key) }, style),
    );
    const padding = style.padding && pairs.length > 0 ? ' ' : '';
    return `{${padding}${pairs.join(', ')}${padding}}`;
  }
  return scalarText(value, like, style, inFlow);
}

/** The part of the model that shows how this part is written: the value of the same key, or the last item. */
function likeOf(like: Node | undefined, part: string | -1): Node | undefined {
  const node = isMap(like) ? like.get(part, true) : isSeq(like) ? like.items.at(-1) : undefined;
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}
