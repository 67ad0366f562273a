import * as fc from 'fast-check';
import { canonicalAddress, routerIdOf } from './shared-address';

describe('routerIdOf', () => {
  it.each([
    ['192.168.1.10', 10],
    ['192.168.1.255', 255],
    ['10.0.1.0', 0],
    ['fd00::1', 1],
    ['fd00::1234', 0x34],
    ['fd00::a:0', 0],
    ['fd00::', 0],
    ['2001:DB8:0:0:0:0:0:C8', 0xc8],
    ['fd00::1.2.3.4', 4],
  ])('is the last byte of %s: %i', (address, id) => {
    expect(routerIdOf({ address })).toBe(id);
  });

  it('is the one that config gives', () => {
    expect(routerIdOf({ address: '192.168.1.10', routerId: 51 })).toBe(51);
  });

  it('is a byte, whatever the address, and the same for each spelling of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const id = routerIdOf({ address });
        expect(id >= 0 && id <= 255 && Number.isInteger(id)).toBe(true);
        const spelt = canonicalAddress(address).replace(/^\[|\]$/g, '');
        expect(routerIdOf({ address: spelt })).toBe(id);
      }),
    );
  });
});
