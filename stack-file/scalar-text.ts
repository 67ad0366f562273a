import { Document, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { YamlStyle } from './yaml-style';

/**
 * A text, number, boolean or null as YAML, in one line. A text has quotes where it needs them, and where the node
 * that it is to be like has some.
 * @param inFlow true between brackets, where more texts need quotes
 */
export function scalarText(
  value: unknown,
  like: Node | undefined,
  style: YamlStyle,
  inFlow: boolean,
): string {
  const scalar = scalarOf(value, like);
  const list = new YAMLSeq();
  list.flow = inFlow;
  list.items.push(scalar);
  const text = print(list, style);
  return inFlow ? text.slice(1, -1) : text.slice('- '.length);
}

/** A key as YAML, without its colon. */
export function keyText(key: string, style: YamlStyle): string {
  const map = new YAMLMap();
  map.items.push(new Pair(scalarOf(key), new Scalar(0)));
  return print(map, style).slice(0, -': 0'.length);
}

/** What some reader takes for a line break, or won't have as it is. Only double quotes have escapes for it. */
const escaped = /[\p{Cc}\u2028\u2029\ufeff]/gu;

function scalarOf(value: unknown, like?: Node): Scalar {
  const scalar = new Scalar(value);
  if (typeof value !== 'string') return scalar;
  if (value.search(escaped) !== -1) scalar.type = 'QUOTE_DOUBLE';
  else if (isScalar(like) && like.type?.startsWith('QUOTE_')) scalar.type = like.type;
  return scalar;
}

function print(contents: Node, { singleQuote }: YamlStyle): string {
  // Pulumi's reader is between YAML 1.1 and 1.2: what either would not read as a text gets quotes.
  const document = new Document(null, { compat: 'yaml-1.1' });
  document.contents = contents;
  const text = document.toString({
    // With null, double quotes are the rule and single ones are allowed.
    singleQuote: singleQuote || null,
    blockQuote: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    flowCollectionPadding: false,
    lineWidth: 0,
  });
  // JSON's escapes, which these quotes have, leave out some.
  return text
    .replace(/\n$/, '')
    .replace(escaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
