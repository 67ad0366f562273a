import { digestOf } from '../test/pointers';
import { localTime, shortDigest, withShortDigests } from './short-text';

it('shortens a digest as docker does', () => {
  expect(shortDigest(digestOf('a'))).toBe('aaaaaaaaaaaa');
});

it('puts versions for digests where they are known', () => {
  const text = `shop.green: ${digestOf('a')} -> ${digestOf('b')}, shop.live: blue -> green`;
  expect(withShortDigests(text, new Map([[digestOf('b'), '1.5.0']]))).toBe(
    'shop.green: aaaaaaaaaaaa -> 1.5.0 (bbbbbbbbbbbb), shop.live: blue -> green',
  );
});

it.each([
  ['2026-08-01T12:03:22.123Z', 'Europe/Berlin', '2026-08-01 14:03:22'],
  ['2026-01-01T00:30:00Z', 'America/New_York', '2025-12-31 19:30:00'],
  ['2026-08-01T12:03:22.123Z', 'UTC', '2026-08-01 12:03:22'],
  ['yesterday', 'UTC', 'yesterday'],
])('shows %s in %s as %s', (iso, zone, expected) => {
  expect(localTime(iso, zone)).toBe(expected);
});
