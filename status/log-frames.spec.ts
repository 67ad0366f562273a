import * as fc from 'fast-check';
import { frame } from './docker-log.fixture';
import { LogFrames, type ContainerLine } from './log-frames';

/** The lines of a log that comes in these pieces. */
function linesOf(...pieces: Buffer[]): ContainerLine[] {
  const lines: ContainerLine[] = [];
  const frames = new LogFrames((line) => lines.push(line));
  pieces.forEach((piece) => frames.push(piece));
  frames.end();
  return lines;
}

const at = '2026-08-01T12:03:22.123456789Z';

it('gives each message its stream and its time', () => {
  expect(linesOf(frame('stdout', `${at} listening on :8080\n`), frame('stderr', `${at} boom\r\n`))).toEqual([
    { stream: 'stdout', at, text: 'listening on :8080' },
    { stream: 'stderr', at, text: 'boom' },
  ]);
});

it('puts a long line together that Docker has cut, each piece of which has a time of its own', () => {
  const later = '2026-08-01T12:03:22.123456999Z';
  expect(
    linesOf(
      frame('stdout', `${at} ${'x'.repeat(16384)}`),
      frame('stderr', `${at} between\n`),
      frame('stdout', `${later} y\n`),
    ),
  ).toEqual([
    { stream: 'stderr', at, text: 'between' },
    { stream: 'stdout', at, text: 'x'.repeat(16384) + 'y' },
  ]);
});

it('keeps an empty line, a time that is part of the text, and a last line without an end', () => {
  expect(
    linesOf(frame('stdout', `${at} \n`), frame('stdout', `${at} ${at} x\n`), frame('stderr', `${at} dying`)),
  ).toEqual([
    { stream: 'stdout', at, text: '' },
    { stream: 'stdout', at, text: `${at} x` },
    { stream: 'stderr', at, text: 'dying' },
  ]);
});

it('does not keep a line that never ends', () => {
  const piece = 'x'.repeat(16384);
  const lines = linesOf(...Array.from({ length: 65 }, () => frame('stdout', piece)));
  expect(lines.map(({ text }) => text.length)).toEqual([64 * 16384, 16384]);
});

it('gives the same lines wherever the bytes are cut', () => {
  const message = fc.record({
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    text: fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')),
  });
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.nat(400)), (messages, cuts) => {
      const whole = Buffer.concat(messages.map(({ stream, text }) => frame(stream, `${at} ${text}\n`)));
      const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
      expect(linesOf(...pieces)).toEqual(messages.map(({ stream, text }) => ({ stream, at, text })));
    }),
  );
});
