import { styleText } from 'node:util';

/** What a piece of text means, so that every command shows the same thing in the same colour. */
export type Style = 'good' | 'bad' | 'doubtful' | 'faint' | 'strong';

/** Gives a text its colour, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const formats = { good: 'green', bad: 'red', doubtful: 'yellow', faint: 'dim', strong: 'bold' } as const;

/** @param colours whether there are any: whoever writes to a terminal knows. */
export function painter(colours: boolean): Paint {
  // Whether the output takes colours was decided by the caller, so Node is not to look at stdout.
  return (style, text) => (colours ? styleText(formats[style], text, { validateStream: false }) : text);
}
