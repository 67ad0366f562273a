import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith } from './stack.fixture';

const vip = { place: 'home', address: '192.168.1.10' };
const key = 'evenkeel:edge.sharedAddresses';
const edges = 'a place with at least two nodes of the role edge';
const place = 'Correct the place, add an edge to it, or remove this shared address.';
const free = 'Choose one that is free in the LAN, outside of what DHCP gives away.';
const address = 'an IPv4 or IPv6 address of the LAN, without bits behind it';
const id = 'Give it one that no other VRRP in the LAN uses.';

describe('readSiteConfig: shared addresses', () => {
  it('takes none, one, several, and IPv6 where the edges have it', () => {
    expect(readSiteConfig(stackWith({ 'edge/sharedAddresses': undefined })).edge.sharedAddresses).toEqual([]);
    const second = { place: 'home', address: '192.168.1.9', interface: 'eth0.7', routerId: 255 };
    const edits = { 'edge/sharedAddresses': [vip, second] };
    expect(readSiteConfig(stackWith(edits)).edge.sharedAddresses).toEqual([vip, second]);
    const six = { 'nodes/0/address': 'fd00::11', 'nodes/1/address': 'fd00::12' };
    expect(mistakesWith({ ...six, 'edge/sharedAddresses': [{ ...vip, address: 'fd00::10' }] })).toEqual([]);
  });

  it('takes the same last byte in two places, and an edge in maintenance for one', () => {
    const edits = {
      'nodes/2/place': 'office',
      'nodes/2/roles': ['worker', 'manager', 'edge'],
      'nodes/2/address': '192.168.2.13',
      'nodes/2/maintenance': true,
      'nodes/3': {
        name: 'pi4',
        place: 'office',
        address: '192.168.2.14',
        roles: ['edge'],
        arch: 'arm64',
        ssh: { hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3/EqoMyJwJKKDJcq1qBntyP+/HFmIk6Z/47qk490qq' },
      },
      'edge/sharedAddresses': [vip, { place: 'office', address: '192.168.2.10' }],
    };
    expect(mistakesWith(edits)).toEqual([]);
  });

  itRefuses([
    {
      rule: 'an object where a list is due',
      edits: { 'edge/sharedAddresses': vip },
      key,
      value: vip,
      allowed: 'a list of shared addresses',
      remedy: 'Write it as stacks/Pulumi.example.yaml shows.',
    },
    {
      rule: 'a place that no node has',
      edits: { 'edge/sharedAddresses': [{ ...vip, place: 'office' }] },
      key: `${key}[0].place`,
      value: 'office',
      allowed: `${edges} (home)`,
      remedy: place,
    },
    {
      rule: 'a place with one edge',
      edits: { 'nodes/1/roles': ['manager', 'worker'], 'edge/sharedAddresses': [vip] },
      key: `${key}[0].place`,
      value: 'home',
      allowed: `${edges} (there is none)`,
      remedy: place,
    },
    ...[
      '192.168.1.0/24',
      '192.168.1.10/24',
      'vip.home.arpa',
      '127.0.0.1',
      '224.0.0.18',
      '255.255.255.255',
    ].map((value) => ({
      rule: `what is no address of a LAN: ${value}`,
      edits: { 'edge/sharedAddresses': [{ ...vip, address: value }] },
      key: `${key}[0].address`,
      value,
      allowed: address,
      remedy: value.includes('/')
        ? `Write \`${value.replace(/\/.*/, '')}\`.`
        : 'Write for example `192.168.1.10`.',
    })),
    ...['0.0.0.0', '169.254.1.1', '::1', 'fe80::1', 'fe80::1%eth0', 'ff02::12'].map((value) => ({
      rule: `what is no address of a LAN: ${value}`,
      edits: { 'edge/sharedAddresses': [{ ...vip, address: value }] },
      key: `${key}[0].address`,
      value,
      allowed: address,
      remedy: 'Write for example `192.168.1.10`.',
    })),
    {
      rule: "a node's own address",
      edits: { 'edge/sharedAddresses': [{ ...vip, address: '192.168.1.13' }] },
      key: `${key}[0].address`,
      value: '192.168.1.13',
      allowed: 'an address that nothing else has (evenkeel:nodes[2].address has this one)',
      remedy: free,
    },
    {
      rule: 'the same address twice',
      edits: { 'edge/sharedAddresses': [vip, { ...vip, routerId: 51 }] },
      key: `${key}[1].address`,
      value: '192.168.1.10',
      allowed: `an address that nothing else has (${key}[0].address has this one)`,
      remedy: free,
    },
    {
      rule: 'an IPv6 address for edges with IPv4',
      edits: { 'edge/sharedAddresses': [{ ...vip, address: 'fd00::10' }] },
      key: `${key}[0].address`,
      value: 'fd00::10',
      allowed: 'an IPv4 address, as the edge pi1 of its place has',
      remedy: 'Give the edges of the place, and what they share, addresses of one kind.',
    },
    {
      rule: 'edges of which only one has IPv4',
      edits: { 'nodes/1/address': 'fd00::12', 'edge/sharedAddresses': [vip] },
      key: `${key}[0].address`,
      value: '192.168.1.10',
      allowed: 'an IPv6 address, as the edge pi2 of its place has',
      remedy: 'Give the edges of the place, and what they share, addresses of one kind.',
    },
    {
      rule: 'two addresses with one last byte in a place',
      edits: { 'edge/sharedAddresses': [vip, { ...vip, address: '192.168.2.10' }] },
      key: `${key}[1].routerId`,
      value: undefined,
      allowed: 'a whole number from 1 to 255, which 192.168.1.10 does not have',
      remedy: id,
    },
    {
      rule: 'the router ID that another address has by its last byte',
      edits: { 'edge/sharedAddresses': [vip, { ...vip, address: '192.168.1.9', routerId: 10 }] },
      key: `${key}[1].routerId`,
      value: 10,
      allowed: 'a whole number from 1 to 255, which 192.168.1.10 does not have',
      remedy: id,
    },
    {
      rule: 'an address that ends in 0, without a router ID',
      edits: { 'edge/sharedAddresses': [{ ...vip, address: '192.168.2.0' }] },
      key: `${key}[0].routerId`,
      value: undefined,
      allowed: 'a whole number from 1 to 255, needed, since 192.168.2.0 ends in 0',
      remedy: id,
    },
    ...[0, 256, 1.5].map((routerId) => ({
      rule: `a router ID that VRRP does not have: ${routerId}`,
      edits: { 'edge/sharedAddresses': [{ ...vip, routerId }] },
      key: `${key}[0].routerId`,
      value: routerId,
      allowed: 'a whole number from 1 to 255',
      remedy: 'Write for example `51`.',
    })),
    ...['eth0/1', 'a-name-that-is-16', '', 'eth0 }', '-eth'].map((name) => ({
      rule: `what is no name of an interface: "${name}"`,
      edits: { 'edge/sharedAddresses': [{ ...vip, interface: name }] },
      key: `${key}[0].interface`,
      value: name,
      allowed: "the name of a network interface: letters, digits, '.', '_' and '-', at most 15 characters",
      remedy: 'Write for example `eth0`.',
    })),
  ]);
});
