import { goQuote } from './go-quote';

describe('goQuote', () => {
  it.each([
    ['echo "a" \\b', '"echo \\"a\\" \\\\b"'],
    ['a\tb\nc', '"a\\tb\\nc"'],
    ['\x1b[0m', '"\\x1b[0m"'],
    ['ü → 日本', '"ü → 日本"'],
    ['\u200b', '"\\u200b"'],
  ])('writes %j as Go does', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});
