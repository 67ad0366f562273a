import fc from 'fast-check';
import { formatSize, parseSize } from './size';

describe('parseSize', () => {
  it.each([
    ['512B', 512],
    ['64KiB', 65_536],
    ['128MiB', 134_217_728],
    ['4GiB', 4_294_967_296],
    ['1TiB', 1_099_511_627_776],
  ])('reads %s', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });

  it.each(['', '512', '4GB', '4G', '4gib', '0.5GiB', '-1MiB', '1 MiB', '9007199254740992TiB'])(
    'refuses %j',
    (text) => {
      expect(parseSize(text)).toBeUndefined();
    },
  );

  it('reads back what formatSize writes', () => {
    const bytes = fc
      .tuple(fc.nat({ max: 4096 }), fc.constantFrom(0, 10, 20, 30))
      .map(([n, bits]) => n * 2 ** bits);
    fc.assert(fc.property(bytes, (value) => expect(parseSize(formatSize(value))).toBe(value)));
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0B'],
    [1000, '1000B'],
    [1_572_864, '1536KiB'],
    [268_435_456, '256MiB'],
    [1_073_741_824, '1GiB'],
  ])('writes %d bytes in the largest unit that fits', (value, expected) => {
    expect(formatSize(value)).toBe(expected);
  });
});
