/** What people get to read. */
export interface Message {
  title: string;
  /** Some lines of plain text. */
  text: string;
  /** `urgent` is worth waking somebody up for. */
  urgency: 'urgent' | 'normal';
  /** When it happened, in ms since 1970. */
  at: number;
}

/** A way to people. */
export interface Sender {
  /** As it is called in `evenkeel:messages`. */
  name: string;
  /** @throws Error without any secret in its text */
  send(message: Message): Promise<void>;
}

/** `text`, shortened to so many characters where a service takes no more. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
