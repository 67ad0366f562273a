import { isNode, isScalar, type Node, visit } from 'yaml';
import { isFlatMap, isPlainMap } from './plain';
import { type Entry, isEmptyCollection } from './yaml-entries';
import type { YamlSource } from './yaml-source';

/**
 * A value in the file that shows how its author would write this new one: a sibling of the same shape (green is
 * written like blue), else the value of the same key elsewhere. Undefined when there is none.
 */
export function similarValue(
  source: YamlSource,
  siblings: readonly Entry[],
  key: string,
  value: unknown,
): Node | undefined {
  const shape = shapeOf(value);
  if (shape === 'scalar') return undefined;
  const isSimilar = (node: unknown) => !isEmptyCollection(node) && shapeOf(source.plain(node)) === shape;
  const sibling = siblings.find((entry) => isSimilar(entry.value));
  if (sibling) return sibling.value ?? undefined;
  let found: Node | undefined;
  visit(source.document, {
    Pair: (_, pair) => {
      if (!isScalar(pair.key) || pair.key.value !== key || !isNode(pair.value)) return;
      if (!isSimilar(pair.value)) return;
      found = pair.value;
      return visit.BREAK;
    },
  });
  return found;
}

function shapeOf(value: unknown): 'flat map' | 'map' | 'list' | 'scalar' {
  if (Array.isArray(value)) return 'list';
  if (!isPlainMap(value)) return 'scalar';
  return isFlatMap(value) ? 'flat map' : 'map';
}
