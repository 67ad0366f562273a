import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isNode,
  LineCounter,
  type Node,
  parseDocument,
  type ScalarTag,
  visit,
  type YAMLParseError,
} from 'yaml';

/** What YAML may hold in a place of a pair's value: nothing at all where the pair has no colon. */
export type ValueNode = Node | null;

/** The text of a YAML file with what it means. It reads values as Pulumi does, see `pulumiTimestamp`. */
export class YamlSource {
  readonly document: Document;
  private readonly lines = new LineCounter();

  /**
   * @param file its name, for errors
   * @throws Error `<file>:<line>:<column>: …` when the text is no YAML or has a key twice. The message quotes nothing
   *   of the text, since that may be a secret.
   */
  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.document = parseDocument(text, {
      customTags: [pulumiTimestamp],
      keepSourceTokens: true,
      lineCounter: this.lines,
      prettyErrors: false,
    });
    const [error] = this.document.errors;
    if (error) throw this.refusal(error.pos[0], reasonOf(error));
    visit(this.document, {
      Alias: (_, alias) => {
        if (alias.resolve(this.document)) return;
        throw this.refusal(alias.range?.[0] ?? 0, 'there is no anchor above for this alias.');
      },
    });
  }

  /** What a node means, as plain JSON; aliases are followed. */
  plain(node: unknown): unknown {
    return isNode(node) ? (node.toJS(this.document) as unknown) : null;
  }

  /** True when the node already means the wanted value; the order of keys has no meaning. */
  means(node: unknown, wanted: unknown): boolean {
    return isDeepStrictEqual(this.plain(node), wanted);
  }

  /** An error that points at a place of the file. */
  refusal(offset: number, message: string): Error {
    const { line, col } = this.lines.linePos(offset);
    return new Error(`${this.file}:${line}:${col}: ${message}`);
  }
}

/** The parser's words without what they quote of the text, since that may be a secret. */
function reasonOf({ code, message }: YAMLParseError): string {
  if (code === 'BAD_DQ_ESCAPE') return 'YAML does not know this escape in double quotes';
  if (code === 'TAG_RESOLVE_FAILED') return 'YAML does not know this tag';
  return message.replace(/(?<=\S): .*/s, '');
}

/**
 * Pulumi's YAML reader takes a bare 2026-11-21T13:00:00Z for a time, and hands it on as Go prints one: what the file
 * says is not what the program gets (measured, Pulumi 3.259). Read like this, a bare time is refused by our checks as
 * it is by Pulumi's run, and one that we write without quotes never passes the comparison after an edit.
 */
const pulumiTimestamp: ScalarTag = {
  tag: 'tag:yaml.org,2002:timestamp',
  default: true,
  // The forms which Go's yaml.v3 knows: a day, or a day and a time with zone after T or without one after a blank.
  test: /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:Z|[-+]\d\d:\d\d)| +\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?)?$/,
  resolve: (text) => {
    const [day = '', time = '00:00:00', zone = 'Z'] = text.split(/[Tt ]+|(?=Z$|[-+]\d\d:\d\d$)/);
    const offset = zone.replace(':', '');
    return `${day} ${time} ${zone === 'Z' ? '+0000 UTC' : `${offset} ${offset}`}`;
  },
};
