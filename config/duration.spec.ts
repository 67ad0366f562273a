import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration';

const milliseconds = fc.oneof(
  fc.nat({ max: 10_000_000 }),
  fc.nat({ max: 10_000 }).map((seconds) => seconds * 1000),
  fc.nat({ max: 1000 }).map((hours) => hours * 3_600_000),
);

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1m', 60_000],
    ['3h', 10_800_000],
    ['0s', 0],
  ])('reads %s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '2', 's', '2 s', '1.5s', '-1s', '02s', '2S', '2sec', '1m30s', `${Number.MAX_SAFE_INTEGER}s`])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('reads back what formatDuration writes', () => {
    fc.assert(fc.property(milliseconds, (value) => expect(parseDuration(formatDuration(value))).toBe(value)));
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [1500, '1500ms'],
    [2000, '2s'],
    [90_000, '90s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
  ])('writes %d ms in the largest unit that fits', (value, expected) => {
    expect(formatDuration(value)).toBe(expected);
  });

  it('writes no text longer than milliseconds would be', () => {
    fc.assert(
      fc.property(milliseconds, (value) =>
        expect(formatDuration(value).length).toBeLessThanOrEqual(`${value}ms`.length),
      ),
    );
  });

  it.each([-1, 0.5, Number.NaN])('refuses %d', (value) => {
    expect(() => formatDuration(value)).toThrow(`${value} is not a whole number of 0 or more`);
  });
});
