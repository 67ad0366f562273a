import { isDnsLabel, isDnsName } from './dns-name';

describe('isDnsLabel', () => {
  it.each(['a', 'pi1', '1', 'shop-2', 'a--b', 'x'.repeat(63)])('accepts %s', (text) => {
    expect(isDnsLabel(text)).toBe(true);
  });

  it.each(['', '-a', 'a-', 'A', 'a_b', 'a.b', 'ü', 'a\n', 'x'.repeat(64)])('refuses %j', (text) => {
    expect(isDnsLabel(text)).toBe(false);
  });
});

describe('isDnsName', () => {
  const longest = [63, 63, 63, 61].map((length) => 'x'.repeat(length)).join('.');

  it.each(['localhost', 'shop.example.com', '1.example.com', longest])('accepts %s', (text) => {
    expect(isDnsName(text)).toBe(true);
  });

  it.each([
    '',
    '.',
    'a..b',
    'a.b.',
    '*.example.com',
    'Shop.example.com',
    '192.168.1.300',
    'a.1',
    `${longest}x`,
  ])('refuses %j', (text) => {
    expect(isDnsName(text)).toBe(false);
  });
});
