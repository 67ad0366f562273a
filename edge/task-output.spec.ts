import Docker from 'dockerode';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseOutput, TaskOutput } from './task-output';

/** A message of Docker's log: the frame, the time, the text. */
function message(stream: 1 | 2, at: string, text: string): Buffer {
  const content = Buffer.from(`${at} ${text}`);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

const second = (number: number, fraction: string) => `2026-11-21T13:00:0${number}.${fraction}Z`;

describe('parseOutput', () => {
  it('cuts frames into lines, whatever stands in them', () => {
    const raw = Buffer.concat([
      message(1, second(1, '000000001'), 'größer\n'),
      message(2, second(1, '000000002'), '\n'),
      message(1, second(2, '5'), 'with  spaces \r\n'),
      message(1, '2026-11-21T15:00:03.000000000+02:00', 'two\nlines'),
    ]);
    const base = BigInt(Date.parse('2026-11-21T13:00:00Z')) * 1_000_000n;
    expect(parseOutput(raw)).toEqual([
      { stream: 1, at: base + 1_000_000_001n, text: 'größer' },
      { stream: 2, at: base + 1_000_000_002n, text: '' },
      { stream: 1, at: base + 2_500_000_000n, text: 'with  spaces ' },
      { stream: 1, at: base + 3_000_000_000n, text: 'two\nlines' },
    ]);
  });

  it('leaves out a frame that is cut off', () => {
    const raw = Buffer.concat([
      message(1, second(1, '0'), 'whole\n'),
      message(1, second(2, '0'), 'cut off\n'),
    ]);
    expect(parseOutput(raw.subarray(0, -3)).map(({ text }) => text)).toEqual(['whole']);
    expect(parseOutput(Buffer.alloc(0))).toEqual([]);
  });
});

/** Docker's log as the API gives it: what was printed, from the second that `since` says. */
describe('TaskOutput', () => {
  let printed: { stream: 1 | 2; at: string; text: string }[] = [];
  const asked: string[] = [];
  let server: Server;
  let docker: Docker;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url!, 'http://docker');
      asked.push(url.pathname);
      const since = Number(url.searchParams.get('since')) * 1000;
      const lines = printed.filter(({ at }) => Date.parse(at) >= since);
      response.end(Buffer.concat(lines.map(({ stream, at, text }) => message(stream, at, `${text}\n`))));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    docker = new Docker({ protocol: 'http', host: '127.0.0.1', port, version: 'v1.41' });
  });

  afterAll(() => void server.close());

  it('gives each line once, in the order of the log, though a stream may lag behind the other', async () => {
    const output = new TaskOutput('abc');
    printed = [];
    expect(await output.next(docker)).toEqual([]);
    printed.push({ stream: 1, at: second(1, '100000000'), text: 'one' });
    printed.push({ stream: 2, at: second(1, '300000000'), text: 'two' });
    expect(await output.next(docker)).toEqual(['one', 'two']);
    expect(await output.next(docker)).toEqual([]);
    // Stamped before the last line, and written after it.
    printed.push({ stream: 1, at: second(1, '200000000'), text: 'three' });
    printed.push({ stream: 2, at: second(5, '000000000'), text: 'four' });
    printed.push({ stream: 2, at: second(5, '000000001'), text: 'four' });
    expect(await output.next(docker)).toEqual(['three', 'four', 'four']);
    expect(await output.next(docker)).toEqual([]);
    expect(new Set(asked)).toEqual(new Set(['/v1.41/tasks/abc/logs']));
  });
});
