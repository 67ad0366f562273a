import { isCollection, isMap, isNode, isScalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ValueNode, YamlSource } from './yaml-source';

/** A map or list of a YAML file. */
export type Collection = YAMLMap | YAMLSeq;

/** One pair of a map or one item of a list, with its place in the text. */
export interface Entry {
  /** A pair's key as a text; undefined for an item. */
  key?: string;
  value: ValueNode;
  /** Where its key, or its dash, begins. */
  start: number;
  /** After the last character of its value; comments and line breaks don't belong to it. */
  end: number;
  /** Behind a pair's colon, where a value in the same line is put; undefined for an item and a pair without colon. */
  afterColon?: number;
}

/**
 * The entries of a map or list in the order of the text.
 * @throws Error naming the line of what can't be edited: an explicit key (`? key`), a key that is no plain value
 */
export function entriesOf(source: YamlSource, collection: Collection): Entry[] {
  return isMap(collection) ? pairsOf(source, collection) : itemsOf(source, collection);
}

function pairsOf(source: YamlSource, map: YAMLMap): Entry[] {
  return map.items.map(({ key, value, srcToken }) => {
    const start = offsetOf(key) ?? offsetOf(value) ?? offsetOf(map) ?? 0;
    if (
      !isScalar(key) ||
      key.range == null ||
      key.anchor !== undefined ||
      srcToken?.start.some(({ type }) => type === 'explicit-key-ind')
    )
      throw source.refusal(
        start,
        'a key that is written like this can’t be edited; write it as `key: value`.',
      );
    const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
    const afterColon = colon && colon.offset + 1;
    const node = isNode(value) ? value : null;
    const end = (isEmpty(node) ? undefined : endOf(source, node)) ?? afterColon ?? key.range[1];
    return { key: String(key.value), value: node, start, end, afterColon };
  });
}

function itemsOf(source: YamlSource, list: YAMLSeq): Entry[] {
  const { srcToken } = list;
  return list.items.map((item, index) => {
    const token = srcToken?.type === 'block-seq' ? srcToken.items[index]?.start : undefined;
    const dash = token?.find(({ type }) => type === 'seq-item-ind');
    const node = isNode(item) ? item : null;
    const start = dash?.offset ?? offsetOf(node);
    if (start === undefined) throw source.refusal(offsetOf(list) ?? 0, 'this list can’t be edited.');
    const end = isEmpty(node) ? undefined : endOf(source, node);
    return { value: node, start, end: end ?? start + 1 };
  });
}

/** True for what has no text: the value of `key:`. */
export function isEmpty(node: ValueNode): boolean {
  return node == null || (isScalar(node) && node.range != null && node.range[0] === node.range[1]);
}

/** True for a map or list without entries. */
export function isEmptyCollection(node: unknown): boolean {
  return isCollection(node) && node.items.length === 0;
}

/** True for `{ … }` and `[ … ]`. */
export function isFlow(node: unknown): boolean {
  return isCollection(node) && node.flow === true;
}

/** Where a node begins in the text; undefined for one without text. */
export function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** After the last character of a node. What YAML's range says includes comments and blank lines. */
function endOf(source: YamlSource, node: ValueNode): number | undefined {
  if (node?.range == null) return undefined;
  if (isCollection(node) && !isFlow(node)) return entriesOf(source, node).at(-1)?.end;
  const isBlockText = isScalar(node) && /^BLOCK_/.test(node.type ?? '');
  if (!isBlockText) return node.range[1];
  // The text of `|` and `>` ends with a line break, which stays where it is.
  const { text } = source;
  const end = node.range[1];
  return text[end - 1] === '\n' ? end - (text[end - 2] === '\r' ? 2 : 1) : end;
}
