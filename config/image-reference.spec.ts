import { isDigest, isPinnedImage, isRepository } from './image-reference';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('isRepository', () => {
  it.each([
    'shop',
    'club/shop',
    'a__b/c.d/e---f',
    'localhost/shop',
    'localhost:5000/shop',
    'registry:5000/shop',
    '172.30.0.2:5000/shop',
    'registry.example.com/club/shop',
    'x'.repeat(255),
  ])('accepts %s', (text) => {
    expect(isRepository(text)).toBe(true);
  });

  it.each([
    '',
    'shop:1.0.0',
    `shop@${DIGEST}`,
    'Shop',
    'registry.example.com/Shop',
    'https://registry.example.com/shop',
    'registry.example.com/',
    '/shop',
    'a//b',
    'a___b',
    'shop-',
    'registry:70000/shop',
    'registry:/shop',
    'x'.repeat(256),
  ])('refuses %j', (text) => {
    expect(isRepository(text)).toBe(false);
  });
});

describe('isPinnedImage', () => {
  it.each([`haproxy:3.0.5@${DIGEST}`, `registry:5000/haproxy:3.0-alpine_1@${DIGEST}`])(
    'accepts %s',
    (text) => {
      expect(isPinnedImage(text)).toBe(true);
    },
  );

  it.each([
    'haproxy:3.0.5',
    `haproxy@${DIGEST}`,
    `registry:5000/haproxy@${DIGEST}`,
    `haproxy:-x@${DIGEST}`,
    'haproxy:1@sha256:0',
  ])('refuses %j', (text) => {
    expect(isPinnedImage(text)).toBe(false);
  });
});

describe('isDigest', () => {
  it('accepts sha256 and 64 hex digits in lower case only', () => {
    expect(isDigest(DIGEST)).toBe(true);
    expect(isDigest(DIGEST.toUpperCase())).toBe(false);
    expect(isDigest(DIGEST.slice(0, -1))).toBe(false);
    expect(isDigest(`${DIGEST}0`)).toBe(false);
    expect(isDigest(DIGEST.replace('sha256', 'sha512'))).toBe(false);
  });
});
