import { swarmAddresses } from './swarm-addresses';

describe('swarmAddresses', () => {
  it('are all of IPv4 for a node that has an address of it', () => {
    expect(swarmAddresses({ address: '192.168.1.11' })).toEqual({
      AdvertiseAddr: '192.168.1.11',
      ListenAddr: '0.0.0.0:2377',
    });
  });

  it('are all of IPv6 for a node that has an address of it', () => {
    expect(swarmAddresses({ address: '2001:db8::31' })).toEqual({
      AdvertiseAddr: '2001:db8::31',
      ListenAddr: '[::]:2377',
    });
  });

  it.each([
    ['10.90.0.1', '10.90.0.1:2377'],
    ['fd00:90::1', '[fd00:90::1]:2377'],
  ])('are the one in the mesh alone for a node that has one: %s', (address, ListenAddr) => {
    expect(swarmAddresses({ address: '192.168.1.11', mesh: { address } })).toEqual({
      AdvertiseAddr: address,
      ListenAddr,
      DataPathAddr: address,
    });
  });
});
