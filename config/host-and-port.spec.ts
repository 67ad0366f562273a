import * as fc from 'fast-check';
import { hostAndPort } from './host-and-port';

describe('hostAndPort', () => {
  it.each([
    ['192.168.1.11', 2377, '192.168.1.11:2377'],
    ['192.168.1.11', undefined, '192.168.1.11'],
    ['fd00::1', 2377, '[fd00::1]:2377'],
    ['fd00::1', undefined, '[fd00::1]'],
  ])('writes %s and %s as %s', (address, port, text) => {
    expect(hostAndPort(address, port)).toBe(text);
  });

  it('is what a URL can be made of, for any address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65535 }), (address, port) => {
        expect(new URL(`any://${hostAndPort(address, port)}`).port).toBe(String(port));
      }),
    );
  });
});
