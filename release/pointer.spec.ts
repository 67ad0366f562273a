import * as fc from 'fast-check';
import { arbitraryPointer, digestOf } from '../test/pointers';
import { formatPointer, otherSlot, parsePointer, pointerFromConfig, settled, type Pointer } from './pointer';

const pointer: Pointer = {
  generation: 7,
  services: {
    shop: {
      live: 'green',
      canary: 0,
      digests: { green: digestOf('b'), blue: digestOf('a') },
      rolling: { to: 'green', idle: digestOf('c') },
      maintenance: true,
      previous: digestOf('a'),
    },
    blog: { live: 'blue', canary: 25, digests: { blue: digestOf('c') } },
  },
};

const text = `generation 7
blog.live blue
blog.canary 25
blog.blue ${digestOf('c')}
shop.live green
shop.canary 0
shop.blue ${digestOf('a')}
shop.green ${digestOf('b')}
shop.previous ${digestOf('a')}
shop.maintenance on
shop.rolling green@${digestOf('c')}
`;

/** Says of one line, by a rule of its own, whether a pointer may have it. */
const isPointerLine = (line: string) =>
  /^\s*(generation\s+[1-9]\d*|[a-z0-9-]+\.(live\s+(blue|green)|canary\s+(\d|[1-9]\d|100)|(blue|green|previous)\s+sha256:[0-9a-f]{64}|maintenance\s+on|rolling\s+(blue|green)@sha256:[0-9a-f]{64}))?\s*$/.test(
    line,
  );

describe('otherSlot', () => {
  it('is the slot that is not the given one', () => {
    expect([otherSlot('blue'), otherSlot('green')]).toEqual(['green', 'blue']);
  });
});

describe('pointerFromConfig', () => {
  it('keeps live slot, canary share, digests and maintenance, and leaves out versions and what is only written down', () => {
    const wanted = pointerFromConfig({
      generation: 7,
      services: {
        shop: {
          live: 'green',
          canary: 0,
          blue: { version: '1.4.2', digest: digestOf('a') },
          green: { version: '1.5.0', digest: digestOf('b'), tag: '1.5.0-rc.1' },
          previous: { version: '1.4.2', digest: digestOf('a') },
          replaced: { version: '1.4.1', digest: digestOf('d') },
          maintenance: true,
          hold: { why: 'the fair', by: 'eva@desk', at: '2026-11-21T13:00:00Z' },
          history: [{ at: '2026-11-21T13:00:00Z', by: 'eva@desk', did: 'switch' }],
        },
        blog: { live: 'blue', canary: 25, blue: { version: '2.0.0', digest: digestOf('c') } },
      },
    });
    expect(wanted).toStrictEqual(settled(pointer));
  });

  it('says nothing of a maintenance that is over', () => {
    const blog = { live: 'blue' as const, canary: 25, blue: { version: '2.0.0', digest: digestOf('c') } };
    const over = pointerFromConfig({ generation: 7, services: { blog: { ...blog, maintenance: false } } });
    expect(over).toStrictEqual({ generation: 7, services: { blog: pointer.services['blog'] } });
  });
});

describe('formatPointer', () => {
  it('writes one line for each key, the services by name', () => {
    expect(formatPointer(pointer)).toBe(text);
  });

  it('writes a pointer without services as its generation', () => {
    expect(formatPointer({ generation: 1, services: {} })).toBe('generation 1\n');
  });

  it('gives equal pointers equal text, whatever the order of their keys', () => {
    const reversed = (value: object): object =>
      Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, part]) => [
            key,
            typeof part === 'object' ? reversed(part as object) : (part as unknown),
          ]),
      );
    fc.assert(
      fc.property(arbitraryPointer, (any) => {
        expect(formatPointer(reversed(any) as Pointer)).toBe(formatPointer(any));
      }),
    );
  });
});

describe('settled', () => {
  it('leaves out that nodes change their slot, and nothing else', () => {
    expect(formatPointer(settled(pointer))).toBe(text.replace(/^shop\.rolling .*\n/m, ''));
  });
});

describe('parsePointer', () => {
  it('reads what formatPointer wrote', () => {
    fc.assert(
      fc.property(arbitraryPointer, (any) => {
        expect(parsePointer(formatPointer(any))).toEqual(any);
      }),
    );
  });

  it('reads a service that is named like a member of every JavaScript object', () => {
    const odd = { generation: 1, services: { constructor: pointer.services['blog']! } };
    expect(formatPointer(parsePointer(formatPointer(odd)))).toBe(formatPointer(odd));
  });

  it('reads the lines in any order, as HAProxy lists them', () => {
    const shuffled = arbitraryPointer.chain((any) => {
      const lines = formatPointer(any).trimEnd().split('\n');
      const shuffledLines = fc.shuffledSubarray(lines, { minLength: lines.length });
      return fc.tuple(fc.constant(any), shuffledLines);
    });
    fc.assert(
      fc.property(shuffled, ([any, lines]) => {
        expect(parsePointer(lines.join('\n'))).toEqual(any);
      }),
    );
  });

  it('does not mind empty lines and blanks around a key and its value', () => {
    expect(parsePointer(`\n\n${text.replaceAll(' ', ' \t ')}  \n`)).toEqual(pointer);
  });

  it.each([
    'generation 0',
    'generation 07',
    'generation -1',
    'generation 1.5',
    'generation seven',
    'generation',
    'generation 7 8',
    'shop.live red',
    'shop.live',
    'shop.live blue green',
    'shop.canary 101',
    'shop.canary -1',
    'shop.canary 007',
    'shop.canary 5%',
    'shop.blue latest',
    `shop.blue ${digestOf('a').toUpperCase()}`,
    `shop.blue ${digestOf('a').slice(0, -1)}`,
    `shop.blue ${digestOf('a')}0`,
    `shop.red ${digestOf('a')}`,
    'shop.version 1.0.0',
    'shop.previous 1.4.2',
    'shop.previous',
    `shop.previous ${digestOf('a')} ${digestOf('b')}`,
    'shop.maintenance off',
    'shop.maintenance true',
    'shop.maintenance',
    'shop.rolling on',
    'shop.rolling green',
    `shop.rolling red@${digestOf('a')}`,
    `shop.rolling green@${digestOf('a')}@${digestOf('a')}`,
    'shop.rolling green@latest',
    'shop.hold on',
    'shop blue',
    '.live blue',
    'shop. blue',
    'my.shop.live blue',
    '__proto__.live blue',
    '{"generation":7}',
    'unknown map identifier. Please use #<id> or <file>.',
  ])('refuses the line "%s" and names it', (line) => {
    try {
      expect(() => parsePointer(`${text}${line}\n`)).toThrow(new Error(`not a line of a pointer: "${line}"`));
      expect(Object.keys(Object.prototype)).toEqual([]);
    } finally {
      for (const key of Object.keys(Object.prototype)) Reflect.deleteProperty(Object.prototype, key);
    }
  });

  it('refuses every line that is damaged, and names it', () => {
    const damaged = fc
      .tuple(
        arbitraryPointer,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('', ' ', '.', '0', 'x', 'A', ':', '\t', '{'),
      )
      .map(([any, atLine, atCharacter, put]) => {
        const lines = formatPointer(any).trimEnd().split('\n');
        const line = lines[atLine % lines.length]!;
        const at = atCharacter % line.length;
        const changed = line.slice(0, at) + put + line.slice(at + 1);
        return { whole: lines.map((each) => (each === line ? changed : each)).join('\n'), changed };
      })
      .filter(({ changed }) => !isPointerLine(changed));
    fc.assert(
      fc.property(damaged, ({ whole, changed }) => {
        expect(() => parsePointer(whole)).toThrow(new Error(`not a line of a pointer: "${changed}"`));
      }),
    );
  });

  it.each([
    ['nothing', '', 'the pointer has no line "generation N"'],
    ['no generation', text.replace('generation 7\n', ''), 'the pointer has no line "generation N"'],
    ['no live slot', text.replace('shop.live green\n', ''), 'the pointer has no "shop.live"'],
    ['no canary share', text.replace('blog.canary 25\n', ''), 'the pointer has no "blog.canary"'],
  ])('refuses a pointer with %s', (_, incomplete, message) => {
    expect(() => parsePointer(incomplete)).toThrow(new Error(message));
  });

  it('refuses a pointer that lacks any one of the lines that each must have', () => {
    fc.assert(
      fc.property(arbitraryPointer, fc.nat(), (any, which) => {
        const lines = formatPointer(any).trimEnd().split('\n');
        const needed = lines.filter((line) => /^generation |\.(live|canary) /.test(line));
        const missing = needed[which % needed.length]!;
        // A service of which nothing else is said is not known to be missing.
        fc.pre(
          !missing.includes('.') ||
            lines.filter((line) => line.startsWith(missing.split('.')[0]! + '.')).length > 1,
        );
        expect(() => parsePointer(lines.filter((line) => line !== missing).join('\n'))).toThrow(
          /^the pointer has no (line "generation N"|"[a-z0-9-]+\.(live|canary)")$/,
        );
      }),
    );
  });
});
