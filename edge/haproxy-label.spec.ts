import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { fiveNodes } from '../test/sites';
import { haproxyCfg } from './haproxy-cfg';
import { decodeHaproxyLabel, encodeHaproxyLabel } from './haproxy-label';

describe('encodeHaproxyLabel', () => {
  it('is undone by decodeHaproxyLabel', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (cfg) => {
        expect(decodeHaproxyLabel(encodeHaproxyLabel(cfg))).toBe(cfg);
      }),
    );
  });

  it('is gzip by base64 on one line, as the entry command undoes it', () => {
    const cfg = haproxyCfg(fiveNodes(), {});
    const label = encodeHaproxyLabel(cfg);
    expect(label).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(gunzipSync(Buffer.from(label, 'base64')).toString('utf8')).toBe(cfg);
  });

  it('gives equal texts equal labels, at any time', () => {
    const now = jest.spyOn(Date, 'now');
    const labels = [0, 2_000_000_000_000].map((time) => {
      now.mockReturnValue(time);
      return encodeHaproxyLabel('global\n');
    });
    now.mockRestore();
    expect(labels[1]).toBe(labels[0]);
    expect([...Buffer.from(labels[0]!, 'base64').subarray(4, 8)]).toEqual([0, 0, 0, 0]); // MTIME (RFC 1952, 2.3)
  });

  it('makes many services fit where the plain text would not', () => {
    const site = fiveNodes();
    const services = Array.from({ length: 100 }, (_, index) => ({
      ...site.services[1]!,
      name: `service${index}`,
      hostnames: [`service${index}.example.com`],
    }));
    const cfg = haproxyCfg({ ...site, services }, {});
    expect(cfg.length).toBeGreaterThan(128 * 1024);
    expect(encodeHaproxyLabel(cfg).length).toBeLessThan(32 * 1024);
  });
});

describe('decodeHaproxyLabel', () => {
  it.each([
    ['', 'unexpected end of file'],
    ['bm90IGd6aXA=', 'incorrect header check'],
  ])('refuses "%s", which is no gzip by base64', (label, message) => {
    expect(() => decodeHaproxyLabel(label)).toThrow(message);
  });
});
