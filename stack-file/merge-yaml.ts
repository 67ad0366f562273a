import { isAlias, isCollection, isMap, isNode, isSeq, type Node, visit } from 'yaml';
import type { ChangePlan } from './change-plan';
import { editBlock, removal } from './edit-block';
import { editFlow } from './edit-flow';
import { columnOf, startOfNextLine } from './lines';
import { longestCommon } from './longest-common';
import { isPlainMap, type PlainMap } from './plain';
import { blockItem, blockPair, flowPair, inlineValue, isInline, type NewPair } from './render-yaml';
import { type TextEdit } from './text-edits';
import { type Collection, entriesOf, type Entry, isEmpty, isEmptyCollection, isFlow } from './yaml-entries';
import { similarValue } from './similar-value';
import { styleOf, type YamlStyle } from './yaml-style';
import type { YamlSource } from './yaml-source';

/**
 * Makes parts of a YAML file mean what is wanted, with the fewest changes of its text. What already means what is
 * wanted isn't touched. Collects edits; nothing is changed in the source.
 */
export class YamlMerge {
  readonly edits: TextEdit[] = [];
  private readonly style: YamlStyle;

  constructor(private readonly source: YamlSource) {
    this.style = styleOf(source);
  }

  /**
   * Makes the value of a pair mean `wanted`.
   * @param inFlow true when the pair is in a map in brackets
   * @throws Error naming the line where an alias, an anchor or a tag would have to be changed
   */
  mergePair(entry: Entry, wanted: unknown, inFlow: boolean): void {
    const { value } = entry;
    if (this.source.means(value, wanted)) return;
    this.refuseShared(value);
    if (this.mergeInto(value, wanted)) return;
    visit(value, (_, node) => this.refuseShared(node));
    this.replace(entry, wanted, inFlow);
  }

  /** Adds a pair to a map that has others: after the last. */
  addPair(map: Collection, key: string, value: unknown): void {
    const entries = entriesOf(this.source, map);
    const last = entries.at(-1);
    const pair = { key, value };
    if (last)
      this.change(map, {
        entries,
        removed: new Set(),
        addedFirst: [],
        addedAfter: new Map([[last, [pair]]]),
      });
  }

  /** Merges maps with maps and lists with lists; false when the old value has to be replaced as a whole. */
  private mergeInto(node: unknown, wanted: unknown): boolean {
    if (!isCollection(node) || isEmptyCollection(node)) return false;
    if (isMap(node) && isPlainMap(wanted) && Object.keys(wanted).length > 0)
      this.change(node, this.planMap(node, wanted));
    else if (isSeq(node) && Array.isArray(wanted) && wanted.length > 0)
      this.change(node, this.planList(node, wanted));
    else return false;
    return true;
  }

  /** New keys come after the one that they follow in `wanted`. */
  private planMap(map: Collection, wanted: PlainMap): ChangePlan<NewPair> {
    const entries = entriesOf(this.source, map);
    const byKey = new Map(entries.map((entry) => [entry.key ?? '', entry]));
    const kept = entries.filter(({ key = '' }) => Object.hasOwn(wanted, key));
    for (const entry of kept) this.mergePair(entry, wanted[entry.key ?? ''], isFlow(map));
    const addedFirst: NewPair[] = [];
    const addedAfter = new Map<Entry, NewPair[]>();
    let previous: Entry | undefined;
    for (const [key, value] of Object.entries(wanted)) {
      const there = byKey.get(key);
      if (there) {
        previous = there;
        continue;
      }
      const anchor = previous ?? kept.at(-1);
      const pair = { key, value, like: similarValue(this.source, entries, key, value) };
      if (anchor) addedAfter.set(anchor, [...(addedAfter.get(anchor) ?? []), pair]);
      else addedFirst.push(pair);
    }
    return { entries, removed: this.removable(entries, kept), addedAfter, addedFirst };
  }

  private planList(list: Collection, wanted: readonly unknown[]): ChangePlan<NewPair> {
    const entries = entriesOf(this.source, list);
    const matches = longestCommon(entries, wanted, (entry, item) => this.isSameItem(entry.value, item));
    const kept = new Map(matches.map(([before, after]) => [after, entries[before] as Entry]));
    const like = entries.at(-1)?.value ?? undefined;
    const addedFirst: NewPair[] = [];
    const addedAfter = new Map<Entry, NewPair[]>();
    let previous: Entry | undefined;
    wanted.forEach((item, index) => {
      const there = kept.get(index);
      if (there) {
        previous = there;
        if (this.source.means(there.value, item)) return;
        this.refuseShared(there.value);
        this.mergeInto(there.value, item);
      } else if (previous)
        addedAfter.set(previous, [...(addedAfter.get(previous) ?? []), { key: '', value: item, like }]);
      else addedFirst.push({ key: '', value: item, like });
    });
    return { entries, removed: this.removable(entries, [...kept.values()]), addedAfter, addedFirst };
  }

  /** An item is told by its name, as a node, or by what it begins with: an act in the history by its time. */
  private isSameItem(node: unknown, wanted: unknown): boolean {
    if (this.source.means(node, wanted)) return true;
    const plain = this.source.plain(node);
    if (!isPlainMap(plain) || !isPlainMap(wanted)) return false;
    const first = 'name' in plain ? 'name' : Object.keys(plain)[0];
    return first !== undefined && typeof plain[first] !== 'object' && plain[first] === wanted[first];
  }

  private removable(entries: readonly Entry[], kept: readonly Entry[]): Set<Entry> {
    const removed = entries.filter((entry) => !kept.includes(entry));
    for (const { value } of removed) visit(value, (_, node) => this.refuseShared(node));
    return new Set(removed);
  }

  private change(collection: Collection, plan: ChangePlan<NewPair>): void {
    const { text } = this.source;
    const { style } = this;
    const isList = isSeq(collection);
    const [first] = plan.entries;
    if (!isFlow(collection)) {
      const lines = (pair: NewPair) => (isList ? blockItem(pair, style) : blockPair(pair, style));
      this.edits.push(...editBlock(text, rendered(plan, lines), style.lineBreak));
      return;
    }
    const inline = (pair: NewPair) => (isList ? inlineValue(pair, style, true) : flowPair(pair, style));
    const edits = editFlow(text, rendered(plan, inline), style.lineBreak);
    if (!edits)
      throw this.source.refusal(first?.start ?? 0, 'to edit this, write each entry in a line of its own.');
    this.edits.push(...edits);
  }

  /** Puts a value in the place of another scalar, or of one of a different kind. */
  private replace(entry: Entry, wanted: unknown, inFlow: boolean): void {
    const { style } = this;
    const { text } = this.source;
    const { key = '', value, end, afterColon } = entry;
    const next = { key, value: wanted, like: value ?? undefined };
    const line = inFlow || isInline(next) ? inlineValue(next, style, inFlow) : undefined;
    const here = afterColon ?? end;
    const isBlock = isCollection(value) && !isFlow(value);
    if (isBlock) {
      for (const inner of entriesOf(this.source, value)) this.edits.push(removal(text, inner));
    } else if (!isEmpty(value)) {
      const start = value?.range?.[0] ?? end;
      if (line !== undefined) {
        this.edits.push({ start, end, text: line });
        return;
      }
      // The blank behind the colon goes too, unless a comment comes between.
      this.edits.push({ start: startOfNextLine(text, here) > start ? here : start, end, text: '' });
    }
    if (line !== undefined) {
      this.edits.push({ start: here, end: here, text: `${afterColon === undefined ? ':' : ''} ${line}` });
      return;
    }
    const indent = ' '.repeat(columnOf(text, entry.start));
    const [, ...lines] = blockPair(next, style);
    const below = startOfNextLine(text, isBlock ? here : end);
    const block = lines.map((added) => indent + added + style.lineBreak).join('');
    this.edits.push({ start: below, end: below, text: block });
  }

  /** What is used elsewhere too, or has a type of its own, is not changed by us. */
  private refuseShared(node: unknown): void {
    if (!isNode(node)) return;
    const offset = node.range?.[0] ?? 0;
    if (isAlias(node))
      throw this.source.refusal(
        offset,
        `the alias *${node.source} stands where a change is wanted; write the values out instead.`,
      );
    const { anchor, tag } = node as Node & { anchor?: string };
    if (anchor !== undefined)
      throw this.source.refusal(
        offset,
        `a change is wanted in what the anchor &${anchor} names, and it would change wherever *${anchor} stands; ` +
          'write the values out instead.',
      );
    if (tag !== undefined)
      throw this.source.refusal(offset, `a change is wanted in a value with the tag ${tag}; remove the tag.`);
  }
}

function rendered<New>(plan: ChangePlan<NewPair>, render: (pair: NewPair) => New): ChangePlan<New> {
  return {
    ...plan,
    addedFirst: plan.addedFirst.map(render),
    addedAfter: new Map([...plan.addedAfter].map(([entry, pairs]) => [entry, pairs.map(render)])),
  };
}
