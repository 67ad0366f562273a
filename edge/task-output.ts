import type Docker from 'dockerode';

/** One line that a task printed. */
interface OutputLine {
  stream: number;
  /** Nanoseconds since 1970. */
  at: bigint;
  text: string;
}

/**
 * What a task prints, read in pieces while it runs. It is asked for again and again, not followed: Swarm does not end a
 * log that is followed, so nobody would know when all of it is there.
 */
export class TaskOutput {
  /** The newest line that was passed on, of each stream: Docker stamps the two independently of each other. */
  private readonly last = new Map<number, bigint>();

  constructor(private readonly taskId: string) {}

  /** The lines that are new since the last call. @throws Error when the log can't be had. */
  async next(docker: Docker): Promise<string[]> {
    const newest = [...this.last.values()].reduce((a, b) => (a > b ? a : b), 0n);
    // A second earlier, for a line of the other stream that was stamped before and written after.
    const since = newest === 0n ? 0 : Number(newest / 1_000_000_000n) - 1;
    const lines = parseOutput(await fetchLog(docker, this.taskId, since));
    const fresh = lines.filter(({ stream, at }) => at > (this.last.get(stream) ?? -1n));
    for (const { stream, at } of fresh) this.last.set(stream, at);
    return fresh.map(({ text }) => text);
  }
}

function fetchLog(docker: Docker, taskId: string, since: number): Promise<Buffer> {
  const call = {
    path: `/tasks/${taskId}/logs?`,
    method: 'GET',
    options: { stdout: true, stderr: true, timestamps: true, since },
    statusCodes: { 200: true, 404: 'no such task', 500: 'server error' },
  };
  return new Promise((resolve, reject) =>
    docker.modem.dial(call, (error: Error | null, data: unknown) =>
      error ? reject(error) : resolve(Buffer.isBuffer(data) ? data : Buffer.alloc(0)),
    ),
  );
}

/**
 * Cuts a log with timestamps into lines. Docker frames each message: 8 bytes (stream, three zeros, length), then the
 * time (RFC 3339, nine decimals), a space and the text (Docker Engine API, "Attach to a container"; RFC3339NanoFixed).
 * A line above 16 KiB is several messages, and is passed on as several lines.
 */
export function parseOutput(raw: Buffer): OutputLine[] {
  const lines: OutputLine[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const end = at + 8 + raw.readUInt32BE(at + 4);
    if (end > raw.length) break; // the rest comes with the next look
    const message = /^(\S+) (.*?)\r?\n?$/s.exec(raw.toString('utf8', at + 8, end));
    if (message) lines.push({ stream: raw[at]!, at: nanoseconds(message[1]!), text: message[2]! });
    at = end;
  }
  return lines;
}

function nanoseconds(time: string): bigint {
  const [, seconds = '', fraction = '', zone = ''] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  const whole = Date.parse(seconds + zone);
  return Number.isNaN(whole) ? 0n : BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}
