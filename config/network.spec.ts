import { isNetwork } from './network';

describe('isNetwork', () => {
  it.each([
    '192.168.1.7',
    '192.168.1.0/24',
    '0.0.0.0/0',
    '10.0.0.1/32',
    '2001:db8::1',
    '2001:db8::/32',
    '::1/128',
  ])('takes %s', (text) => expect(isNetwork(text)).toBe(true));

  it.each([
    '',
    '192.168.1',
    '192.168.1.0/33',
    '192.168.1.0/024',
    '192.168.1.0/',
    '192.168.1.0/-1',
    '192.168.1.0/24/24',
    '192.168.1.0/255.255.255.0',
    '2001:db8::/129',
    'fe80::1%eth0',
    'example.com',
    '192.168.1.7 or any',
  ])('refuses %j', (text) => expect(isNetwork(text)).toBe(false));
});
