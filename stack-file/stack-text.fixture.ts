import * as fc from 'fast-check';

/** For specs: a release as the stack file may hold it, in short values so that two of them often have parts in common. */
export type AnyRelease = { generation: number; services: Record<string, Record<string, unknown>> };

/** Texts that YAML or Pulumi's reader would take for something else without quotes. */
export const trickyTexts = [
  ...[
    '',
    ' ',
    ' a',
    'a ',
    'a: b',
    'a #b',
    '#a',
    '- a',
    '-',
    '?',
    '? a',
    ':',
    'a:',
    '~',
    'null',
    'Null',
    'true',
    'No',
  ],
  ...[
    'y',
    'on',
    '1',
    '010',
    '1_000',
    '0x1F',
    '0o17',
    '0b1',
    '1e3',
    '.5',
    '+1',
    '1:30',
    '.inf',
    '.NaN',
    '=',
    '<<',
  ],
  ...[
    '2026-11-21',
    '2026-11-21T13:00:00Z',
    '2026-11-21t13:00:00.5+02:00',
    '2026-1-2 3:04:05',
    '---',
    '...',
    '%a',
  ],
  ...[
    "it's",
    '"a"',
    `'"`,
    '{a}',
    '[a',
    'a, b',
    'a}',
    '*a',
    '&a',
    '!a',
    '@a',
    '`a',
    '|',
    '>',
    'a|b',
    'a\tb',
    '\\n',
  ],
  ...[
    'a\nb',
    'a\r\nb',
    '\n',
    'é',
    '😀',
    '\u2028',
    '\u0007',
    '\u0085',
    '\ufeff',
    'x'.repeat(200),
    'a b '.repeat(40),
  ],
];

const arbitraryText = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom('me@laptop', 'switch shop', '1.0.0', '1.5.0-rc.1', 'why: not', 'x'),
  },
  { weight: 1, arbitrary: fc.constantFrom(...trickyTexts) },
);
const digest = fc.constantFrom(...['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`));
const moment = fc.constantFrom(
  ...['01', '02', '03', '04', '05', '06'].map((day) => `2026-11-${day}T13:00:00.000Z`),
);
const arbitraryVersion = fc.record(
  { version: fc.constantFrom('1.0.0', '1.1.0', '2.0.0-rc.1'), digest, tag: arbitraryText },
  { requiredKeys: ['version', 'digest'] },
);
const arbitraryAct = fc.record(
  { at: moment, by: arbitraryText, did: arbitraryText, to: arbitraryText, note: fc.boolean() },
  { requiredKeys: ['at', 'by'] },
);
const arbitraryService = fc.record(
  {
    live: fc.constantFrom('blue', 'green'),
    canary: fc.integer({ min: 0, max: 100 }),
    blue: arbitraryVersion,
    green: arbitraryVersion,
    previous: arbitraryVersion,
    replaced: arbitraryVersion,
    maintenance: fc.boolean(),
    hold: fc.record({ why: arbitraryText, by: arbitraryText, at: moment }),
    history: fc.uniqueArray(arbitraryAct, { maxLength: 5, selector: ({ at }) => at }),
  },
  { requiredKeys: ['live'] },
);

/** A release: mostly with what is usual, sometimes with tricky texts. */
export const arbitraryRelease: fc.Arbitrary<AnyRelease> = fc
  .record({
    generation: fc.integer({ min: 1, max: 30 }),
    services: fc.dictionary(fc.constantFrom('shop', 'blog', 'cafe', '404', 'on'), arbitraryService, {
      noNullPrototype: true,
    }),
  })
  .map((release) => structuredClone(release));

/** A stack file as a person may have written it, and what is in it. */
export interface StackText {
  /** All before and after `evenkeel:release`. */
  before: string;
  after: string;
  /** The lines of `evenkeel:release`. */
  own: string;
  /** The comments within, each a unique text, with the keys of the map or list in which it stands. */
  comments: { text: string; path: string[] }[];
}

/** Writes a release as a person may: choices among indentation, brackets, quotes, comments, blank lines. */
export function writeStackText(release: AnyRelease, choices: readonly number[]): StackText {
  const writer = new Writer(choices);
  const own = writer.entry('evenkeel:release', release, '  ', []).join(writer.lineBreak);
  const join = (lines: string[]) => lines.join(writer.lineBreak);
  const before = [
    ...[
      '# a site  ',
      'encryptionsalt:   "v1:x="',
      'config:',
      "  'evenkeel:nodes':   [ {name: pi1,  arch: arm64} ]",
    ],
    ...['  evenkeel:secrets:', '    shop-db:', '        secure:    v1:abc', '', '  # the release', ''],
  ];
  const after = ['', '  # end of the release', "  'evenkeel:edge': {image:   x}   # edge", '', '#end'];
  const last = writer.pick(2) === 0;
  return {
    before: (writer.pick(4) === 0 ? '\uFEFF' : '') + join(before),
    own,
    after: last ? (writer.pick(2) === 0 ? '' : writer.lineBreak) : join(after),
    comments: writer.comments,
  };
}

class Writer {
  readonly comments: StackText['comments'] = [];
  readonly lineBreak: string;
  private readonly indent: string;
  private readonly dashIndent: string;
  private next = 0;

  constructor(private readonly choices: readonly number[]) {
    this.lineBreak = this.pick(3) === 0 ? '\r\n' : '\n';
    this.indent = ' '.repeat(this.pick(3) === 0 ? 4 : 2);
    this.dashIndent = this.pick(2) === 0 ? '' : this.indent;
  }

  /** One of so many possibilities; the last, the plainest, when no choices were made. */
  pick(count: number): number {
    const { choices } = this;
    const choice = choices[this.next++ % choices.length] ?? count - 1;
    return choice % count;
  }

  /** A pair of a block map. */
  entry(key: string, value: unknown, indent: string, path: string[]): string[] {
    const start = `${indent}${this.text(key)}:`;
    const inner = [...path, key];
    if (typeof value === 'string' && /^[a-z0-9]([ -~]*[!-~])?$/i.test(value) && this.pick(8) === 0)
      return [`${start} ${this.pick(2) === 0 ? '|-' : '>-'}`, `${indent}   ${value}`, ...this.blank()];
    if (typeof value !== 'object' || value === null)
      return [`${start} ${this.scalar(value)}${this.end(path)}`];
    const isList = Array.isArray(value);
    const isNever = Object.keys(value).length === 0;
    const style = isNever ? 0 : this.pick(5);
    if (style === 0) return [`${start} ${this.flow(value)}${this.end(path)}`];
    if (style === 1)
      return [
        start + (isList ? ' [' : ' {'),
        ...this.spread(value, indent, inner),
        indent + (isList ? ']' : '}'),
      ];
    const deeper = indent + (isList ? this.dashIndent : this.indent);
    const lines = isList
      ? value.flatMap((item: unknown) => [...this.between(deeper, inner), ...this.item(item, deeper, inner)])
      : Object.entries(value).flatMap(([name, part]) => [
          ...this.between(deeper, inner),
          ...this.entry(name, part, deeper, inner),
        ]);
    return [start + this.end(path), ...lines];
  }

  private item(item: unknown, indent: string, path: string[]): string[] {
    if (this.pick(2) === 0) return [`${indent}- ${this.flow(item)}${this.end([...path, '(item)'])}`];
    const lines = Object.entries(item as object).flatMap(([key, value]) =>
      this.entry(key, value, `${indent}  `, [...path, '(item)']),
    );
    return lines.map((line, index) => (index === 0 ? `${indent}- ${line.trimStart()}` : line));
  }

  /** Brackets with a line for each entry. */
  private spread(value: object, indent: string, path: string[]): string[] {
    const entries = Object.entries(value).map(([key, inner]) =>
      Array.isArray(value) ? this.flow(inner) : `${this.text(key)}: ${this.flow(inner)}`,
    );
    const deeper = indent + this.indent;
    const trailing = this.pick(2) === 0 ? ',' : '';
    return entries.flatMap((entry, index) => [
      ...this.between(deeper, path),
      `${deeper}${entry}${index < entries.length - 1 ? ',' : trailing}${this.end([...path, '(item)'])}`,
    ]);
  }

  private flow(value: unknown): string {
    const pad = this.pick(2) === 0 ? ' ' : '';
    if (Array.isArray(value)) return `[${pad}${value.map((item) => this.flow(item)).join(', ')}${pad}]`;
    if (typeof value !== 'object' || value === null) return this.scalar(value);
    const pairs = Object.entries(value).map(([key, inner]) => `${this.text(key)}: ${this.flow(inner)}`);
    return `{${pad}${pairs.join(', ')}${pad}}`;
  }

  private scalar(value: unknown): string {
    return typeof value === 'string' ? this.text(value) : String(value);
  }

  private text(value: string): string {
    const style = this.pick(3);
    if (style !== 0 && /^[a-z][\w:.-]*[a-z0-9]$/.test(value) && !/^(on|y|no|null|true)$/.test(value))
      return value;
    return style === 1 && !/[\u0000-\u001f\u0085\u2028\ufeff]/.test(value)
      ? `'${value.replaceAll("'", "''")}'`
      : JSON.stringify(value);
  }

  /** Comments and blank lines before an entry. */
  private between(indent: string, path: string[]): string[] {
    const style = this.pick(5);
    if (style === 0) return [`${indent}${this.comment(path)}`];
    return style === 1 ? [''] : [];
  }

  private blank(): string[] {
    return this.pick(3) === 0 ? [''] : [];
  }

  private end(path: string[]): string {
    return this.pick(4) === 0 ? `${' '.repeat(1 + this.pick(3))}${this.comment([...path, '(end)'])}` : '';
  }

  private comment(path: string[]): string {
    const text = `# comment ${this.comments.length}.`;
    this.comments.push({ text, path });
    return text;
  }
}
