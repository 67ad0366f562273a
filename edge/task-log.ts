import type Docker from 'dockerode';

/** How many lines of a failed task's log are shown. */
const shownLines = 15;

/** Time in which a log must be there, in ms: its machine may be the one that died. */
const timeout = 5000;

/** The last lines that a task printed; none when they can't be had. */
export async function taskLog(docker: Docker, taskId: string): Promise<string[]> {
  const call = {
    path: `/tasks/${taskId}/logs?`,
    method: 'GET',
    options: { stdout: true, stderr: true, tail: shownLines },
    statusCodes: { 200: true, 500: 'server error' },
  };
  const asked = new Promise<Buffer>((resolve, reject) =>
    docker.modem.dial(call, (error: Error | null, data: unknown) =>
      error ? reject(error) : resolve(Buffer.isBuffer(data) ? data : Buffer.from(String(data), 'latin1')),
    ),
  );
  const late = new Promise<Buffer>((resolve) => setTimeout(resolve, timeout, Buffer.alloc(0)).unref());
  const raw = await Promise.race([asked, late]).catch(() => Buffer.alloc(0));
  return withoutFrames(raw).split('\n').filter(Boolean).slice(-shownLines);
}

/** The paragraph of an error that shows a task's log; empty for a log without lines. */
export function formatTaskLog(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `The last lines of its log:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Docker frames a log: 8 bytes (stream, three zeros, length), then the text (Docker Engine API, "Attach to a container"). */
function withoutFrames(raw: Buffer): string {
  let found = '';
  let at = 0;
  while (at + 8 <= raw.length && raw[at]! <= 2 && raw.readUIntBE(at + 1, 3) === 0) {
    const length = raw.readUInt32BE(at + 4);
    found += raw.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
  }
  return found + raw.toString('utf8', at);
}
