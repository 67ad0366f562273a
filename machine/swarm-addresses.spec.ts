import { swarmAddresses } from './swarm-addresses';

describe('swarmAddresses', () => {
  it('are all of IPv4 for a node that has an address of it', () => {
    expect(swarmAddresses('192.168.1.11')).toEqual({
      AdvertiseAddr: '192.168.1.11',
      ListenAddr: '0.0.0.0:2377',
    });
  });

  it('are all of IPv6 for a node that has an address of it', () => {
    expect(swarmAddresses('2001:db8::31')).toEqual({
      AdvertiseAddr: '2001:db8::31',
      ListenAddr: '[::]:2377',
    });
  });
});
