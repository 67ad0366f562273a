import * as fc from 'fast-check';
import { quoted } from './quoted';

/** What HAProxy reads in double quotes (configuration.txt 2.2, "Weak quoting"); in the spec of the maintenance, HAProxy does. */
function unquoted(word: string): string {
  const inside = /^"((?:[^"\\$]|\\[^])*)"$/.exec(word)?.[1];
  if (inside === undefined) throw new Error(`not one quoted word: ${word}`);
  return inside.replace(/\\(?:x([0-9a-f]{2})|([^]))/gi, (_, hex: string | undefined, character: string) => {
    if (hex) return String.fromCharCode(parseInt(hex, 16));
    const meant = { n: '\n', r: '\r', t: '\t' }[character];
    if (meant) return meant;
    return ' \\"\'#$'.includes(character) ? character : `\\${character}`;
  });
}

/** Any text of what is special somewhere, and of anything else; HAProxy's words end at a NUL. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...'\\"\'$#%{}[] \n\r\tnrx041'), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join('').replaceAll('\0', ''));

describe('quoted', () => {
  it.each([
    ['', '""'],
    ['Back soon', '"Back soon"'],
    ['<a href="/">\n', '"<a href=\\"/\\">\\n"'],
    ["\\n $HOME ${X} '#' %[src]", '"\\\\n \\$HOME \\${X} \'#\' %[src]"'],
    ['\t\r\x7f', '"\\x09\\x0d\\x7f"'],
  ])('writes %j as %s', (given, word) => expect(quoted(given)).toBe(word));

  it('is read as the same text, whatever is in it', () => {
    fc.assert(fc.property(text, (given) => expect(unquoted(quoted(given))).toBe(given)));
  });

  it('is one line', () => {
    fc.assert(fc.property(text, (given) => expect(quoted(given)).not.toMatch(/[\n\r]/)));
  });
});
