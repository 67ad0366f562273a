import { isPage } from './page';

describe('isPage', () => {
  it.each([
    ['HTML in several lines', '<!doctype html>\n\t<p>Zurück um 5 €</p>\r\n'],
    ['8 KiB', 'a'.repeat(8192)],
  ])('takes %s', (_, html) => expect(isPage(html)).toBe(true));

  it.each([
    ['nothing', ''],
    ['nothing but space', ' \n'],
    ['more than 8 KiB', 'a'.repeat(8193)],
    ['more than 8 KiB in UTF-8', 'é'.repeat(4097)],
    ['NUL', 'a\0b'],
    ['an escape sequence', 'a\x1b[0m'],
  ])('refuses %s', (_, html) => expect(isPage(html)).toBe(false));
});
