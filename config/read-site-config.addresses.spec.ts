import { itRefuses } from './stack.fixture';

describe('readSiteConfig: addresses of nodes', () => {
  itRefuses([
    {
      rule: 'an address that looks like IPv4 and is none',
      edits: { 'nodes/0/address': '192.168.1.300' },
      key: 'evenkeel:nodes[0].address',
      value: '192.168.1.300',
      allowed: 'an IPv4 address, or an IPv6 address without brackets',
      remedy: 'Write for example `192.168.1.11`.',
    },
    {
      rule: 'an address that is a DNS name',
      edits: { 'nodes/1/address': 'pi2.home.arpa' },
      key: 'evenkeel:nodes[1].address',
      value: 'pi2.home.arpa',
      allowed: 'an IPv4 address, or an IPv6 address without brackets',
      remedy:
        'Write the address that `getent ahosts pi2.home.arpa` shows: the rules of nftables and the servers of HAProxy need ' +
        'one that stays.',
    },
    {
      rule: 'an address that is a DNS name with a capital',
      edits: { 'nodes/1/address': 'Pi2.local' },
      key: 'evenkeel:nodes[1].address',
      value: 'Pi2.local',
      allowed: 'an IPv4 address, or an IPv6 address without brackets',
      remedy:
        'Write the address that `getent ahosts pi2.local` shows: the rules of nftables and the servers of HAProxy need ' +
        'one that stays.',
    },
    {
      rule: 'an IPv6 address in brackets',
      edits: { 'nodes/0/address': '[fd00::1]' },
      key: 'evenkeel:nodes[0].address',
      value: '[fd00::1]',
      allowed: 'an IPv4 address, or an IPv6 address without brackets',
      remedy: 'Write for example `192.168.1.11`.',
    },
    {
      rule: 'an address that another node has',
      edits: { 'nodes/2/address': '192.168.1.11' },
      key: 'evenkeel:nodes[2].address',
      value: '192.168.1.11',
      allowed: 'an address that no other node has (evenkeel:nodes[0].address has this one)',
      remedy: "Write the node's own address.",
    },
    {
      rule: 'an IPv6 address that another node has in another spelling',
      edits: { 'nodes/1/address': 'fd00::1', 'nodes/2/address': 'fd00:0:0::1' },
      key: 'evenkeel:nodes[2].address',
      value: 'fd00:0:0::1',
      allowed: 'an address that no other node has (evenkeel:nodes[1].address has this one)',
      remedy: "Write the node's own address.",
    },
  ]);
});
