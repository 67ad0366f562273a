/** One line that a container printed. */
export interface ContainerLine {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 in UTC with nine decimals, always 30 characters, so that it sorts as text; empty where Docker sent none. */
  at: string;
  /** Without its end. */
  text: string;
}

/** Docker puts a time before each message when asked to (RFC3339NanoFixed). */
const timestamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) /;

/** A message that has no end after so many characters is passed on in pieces: a container that never ends its line must not fill our memory. */
const longestLine = 1024 * 1024;

/**
 * Cuts Docker's log into lines. Docker frames each message: 8 bytes (stream, three zeros, length), then the message
 * (Docker Engine API, "Attach to a container"). A line above 16 KiB comes as several messages, and each has a time of
 * its own, which is why the modem's own `demuxStream` is no use here.
 */
export class LogFrames {
  private rest: Buffer = Buffer.alloc(0);
  private readonly open: Partial<Record<ContainerLine['stream'], ContainerLine>> = {};

  constructor(private readonly onLine: (line: ContainerLine) => void) {}

  /** Takes in the next bytes, wherever they are cut. */
  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    while (at + 8 <= this.rest.length) {
      const end = at + 8 + this.rest.readUInt32BE(at + 4);
      if (end > this.rest.length) break;
      this.message(this.rest[at] === 2 ? 'stderr' : 'stdout', this.rest.toString('utf8', at + 8, end));
      at = end;
    }
    this.rest = this.rest.subarray(at);
  }

  /** The log has ended: what has no end of line is a line too. */
  end(): void {
    for (const line of Object.values(this.open)) this.onLine(line);
    delete this.open.stdout;
    delete this.open.stderr;
  }

  private message(stream: ContainerLine['stream'], message: string): void {
    const at = timestamp.exec(message)?.[1] ?? '';
    const content = at ? message.slice(at.length + 1) : message;
    const before = this.open[stream];
    const line: ContainerLine = { stream, at: before?.at || at, text: (before?.text ?? '') + content };
    const complete = line.text.endsWith('\n');
    if (!complete && line.text.length < longestLine) {
      this.open[stream] = line;
      return;
    }
    delete this.open[stream];
    this.onLine({ ...line, text: line.text.replace(/\r?\n$/, '') });
  }
}
