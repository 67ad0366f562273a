import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { haproxyCfg } from '../edge/haproxy-cfg';
import { fiveNodes, fiveNodesSecrets, threeNodes } from '../test/sites';
import { previewTokenHashes } from './preview-token';

describe('previewTokenHashes', () => {
  it('has the SHA-256 of each preview’s token, in upper case as HAProxy’s hex converter writes it', () => {
    const token = fiveNodesSecrets['shop-preview-token']!;
    expect(previewTokenHashes(fiveNodes(), fiveNodesSecrets)).toEqual({
      'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
    });
  });

  it('has none for a site without preview, and none for a token that is not set', () => {
    expect(previewTokenHashes(threeNodes(), fiveNodesSecrets)).toEqual({});
    expect(previewTokenHashes(fiveNodes(), {})).toEqual({});
  });

  it.each([
    ['is empty', ''],
    ['is short', 'abc-DEF_0123456'],
    ['has a character that a URL encodes', 'let me have a look 4711'],
    ['has one that a cookie ends with', 'let-me-have-a-look;4711'],
    ['has a line break at its end', 'let-me-have-a-look-4711\n'],
    ['has a letter beyond ASCII', 'läßt-mich-herein-4711'],
  ])('refuses a token that %s, without showing it', (_, token) => {
    const make = () => previewTokenHashes(fiveNodes(), { 'shop-preview-token': token });
    expect(make).toThrow(
      new Error(
        'evenkeel:secrets.shop-preview-token: the token of a preview address is 16 characters or more, of A-Z, a-z, 0-9, ' +
          "'-' and '_'; this one (not shown) is not. Make one: openssl rand -hex 16 | " +
          "pulumi config set --secret --path 'evenkeel:secrets.shop-preview-token'",
      ),
    );
  });

  it('takes what openssl rand -hex 16 makes, and the shortest that is allowed', () => {
    for (const token of ['0123456789abcdef0123456789abcdef', 'abc-DEF_01234567'])
      expect(previewTokenHashes(fiveNodes(), { 'shop-preview-token': token })).toEqual({
        'shop-preview-token': createHash('sha256').update(token).digest('hex').toUpperCase(),
      });
  });

  it('keeps every secret out of haproxy.cfg', () => {
    const site = fiveNodes();
    const secret = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/), secret, (token, password) => {
        const cfg = haproxyCfg(
          site,
          previewTokenHashes(site, { 'shop-preview-token': token, 'shop-db-password': password }),
        );
        fc.pre(!haproxyCfg(site, {}).includes(token) && !haproxyCfg(site, {}).includes(password));
        expect(cfg).toContain('next.shop.example.com');
        expect(cfg).not.toContain(token);
        expect(cfg).not.toContain(password);
      }),
    );
  });
});
