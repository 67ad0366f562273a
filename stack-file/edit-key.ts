import { isMap, isScalar, type YAMLMap } from 'yaml';
import { checkEdit } from './check-edit';
import { lineBreakOf } from './lines';
import { YamlMerge } from './merge-yaml';
import { blockPair } from './render-yaml';
import { applyEdits } from './text-edits';
import { unfoldFlow } from './unfold-flow';
import { entriesOf, type Entry, isEmptyCollection, isFlow } from './yaml-entries';
import { YamlSource } from './yaml-source';
import { styleOf } from './yaml-style';

/**
 * The text of a stack file with another value of one key of `config`: as few changes as can be, none outside of it.
 * @param key with its prefix: `evenkeel:release`
 * @param wanted plain JSON
 * @throws Error naming the line of what can't be edited
 * @throws TypeError when the new text does not mean what was wanted, or anything else changed its meaning
 */
export function editKey(source: YamlSource, key: string, wanted: unknown): string {
  // With a line break at the end of each line there is one rule for what goes and comes; the last is taken back.
  const lineBreak = lineBreakOf(source.text);
  const isOpen = source.text !== '' && !source.text.endsWith('\n');
  const whole = isOpen ? new YamlSource(source.file, source.text + lineBreak) : source;
  const edited = editLines(whole, key, wanted);
  const text = isOpen && edited.endsWith(lineBreak) ? edited.slice(0, -lineBreak.length) : edited;
  checkEdit(source, text, key, wanted);
  return text;
}

function editLines(source: YamlSource, key: string, wanted: unknown): string {
  const style = styleOf(source);
  const root = source.document.contents;
  if (root === null || (isScalar(root) && root.value === null)) {
    const lines = blockPair({ key: 'config', value: { [key]: wanted } }, style);
    return source.text + lines.map((line) => line + style.lineBreak).join('');
  }
  if (!isMap(root))
    throw source.refusal(root.range?.[0] ?? 0, 'a stack file holds a map with the key config.');
  const merge = new YamlMerge(source);
  const config = pairOf(source, root, 'config');
  if (!config) merge.addPair(root, 'config', { [key]: wanted });
  else if (!isMap(config.value) || isEmptyCollection(config.value)) {
    if (source.plain(config.value) !== null && !isEmptyCollection(config.value))
      throw source.refusal(config.start, 'config must be a map of keys and values.');
    merge.mergePair(config, { [key]: wanted }, isFlow(root));
  } else {
    const there = pairOf(source, config.value, key);
    if (!there) merge.addPair(config.value, key, wanted);
    else {
      const unfolding = isFlow(config.value) ? [] : unfoldFlow(source, there, wanted);
      if (unfolding.length > 0)
        return editLines(new YamlSource(source.file, applyEdits(source.text, unfolding)), key, wanted);
      merge.mergePair(there, wanted, isFlow(config.value));
    }
  }
  return applyEdits(source.text, merge.edits);
}

function pairOf(source: YamlSource, map: YAMLMap, key: string): Entry | undefined {
  if (!map.has(key)) return undefined;
  return entriesOf(source, map).find((entry) => entry.key === key);
}
