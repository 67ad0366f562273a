import { StringDecoder } from 'node:string_decoder';

/** What a command is told to log; nothing means both. */
export type Logging = 'stdout' | 'stderr' | 'stdoutAndStderr' | 'none';

/**
 * Takes in what a command writes: each stream for the outputs, both together for an error's text, and, line by line
 * as they come, what shall be logged.
 */
export class CommandOutput {
  private readonly chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  private readonly all: Buffer[] = [];
  private readonly decoder = new StringDecoder('utf8');
  private line = '';

  /**
   * @param logging which streams are logged
   * @param log takes one line
   */
  constructor(
    private readonly logging: Logging | undefined,
    private readonly log: (line: string) => void,
  ) {}

  /** Takes in a piece of a stream. */
  take(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.chunks[stream].push(chunk);
    this.all.push(chunk);
    if (![undefined, 'stdoutAndStderr', stream].includes(this.logging)) return;
    const lines = (this.line + this.decoder.write(chunk)).split('\n');
    this.line = lines.pop() ?? '';
    for (const line of lines) this.log(line.replace(/\r$/, ''));
  }

  /** Logs what is left of a last line without an end. */
  end(): void {
    const rest = this.line + this.decoder.end();
    if (rest !== '') this.log(rest);
    this.line = '';
  }

  /** A stream as the resource's output has it: without the line break at its end. */
  text(stream: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.chunks[stream]).toString().replace(/\n$/, '');
  }

  /** Both streams, as they came. */
  everything(): string {
    return Buffer.concat(this.all).toString();
  }
}
