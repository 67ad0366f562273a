/**
 * A text as one word of `haproxy.cfg`, in double quotes, so that HAProxy reads back exactly this text whatever is in it
 * (configuration.txt 2.2, "Quoting and escaping"). In there `#` is no comment, and `'` and space are themselves; `%`
 * is special only to arguments that are a log-format. The word is on one line, which may be of any length: HAProxy
 * makes room for it (2.6 and 3.0: a page of 8 KiB, all of it escaped, was taken).
 *
 * @param text without NUL, which would end the word.
 */
export function quoted(text: string): string {
  return `"${text.replace(/[\\"$\x00-\x1f\x7f]/g, escaped)}"`;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  return character >= ' ' && character !== '\x7f'
    ? `\\${character}`
    : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
