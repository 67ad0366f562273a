import fc from 'fast-check';
import { goDuration } from './go-duration';
import { goText, shortDuration } from './short-duration';

describe('goDuration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['1m30s', 90e9],
    ['.5h', 1800e9],
    ['1.5s', 1.5e9],
    ['250ms', 250e6],
    ['-1s', -1e9],
  ])('reads %s as Go does', (text, nanoseconds) => {
    expect(goDuration(text)).toBe(nanoseconds);
  });

  it.each(['', '1', 's', '1 s', '1d', '1s2', '--1s'])('does not read "%s", which Go refuses', (text) => {
    expect(goDuration(text)).toBeUndefined();
  });

  it('reads back what goText and shortDuration write, to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (microseconds) => {
        expect(goDuration(goText(microseconds * 1000))).toBe(microseconds * 1000);
        expect(goDuration(shortDuration(microseconds * 1000))).toBe(microseconds * 1000);
      }),
    );
  });
});

describe('shortDuration', () => {
  it.each([
    [0, '0s'],
    [1500e6, '1.5s'],
    [60e9, '1m'],
    [90e9, '1m30s'],
    [3600e9, '1h'],
    [5400e9, '1h30m'],
    [100e6, '100ms'],
  ])('writes %d ns as %s', (nanoseconds, text) => {
    expect(shortDuration(nanoseconds)).toBe(text);
  });
});
