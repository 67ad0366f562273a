import { readSiteConfig } from './read-site-config';
import { itRefuses, mistakesWith, stackWith, type Edits } from './stack.fixture';

/** The three Pis in a mesh, the third one elsewhere, where it can be reached. */
const meshed: Edits = {
  mesh: { network: '10.90.0.0/24' },
  'nodes/0/mesh': { address: '10.90.0.1' },
  'nodes/1/mesh': { address: '10.90.0.2' },
  'nodes/2/place': 'cloud',
  'nodes/2/address': '203.0.113.7',
  'nodes/2/mesh': { address: '10.90.0.3', endpoint: '203.0.113.7' },
};
const key = 'evenkeel:nodes';

describe('readSiteConfig: mesh', () => {
  it('has none where the stack has none', () => {
    const config = readSiteConfig(stackWith({}));
    expect('mesh' in config).toBe(false);
    expect(config.nodes.some((node) => 'mesh' in node)).toBe(false);
  });

  it('takes one, with defaults', () => {
    const { mesh, nodes } = readSiteConfig(stackWith(meshed));
    expect(mesh).toEqual({ network: '10.90.0.0/24', port: 51820, keepalive: 25_000, mtu: 1420 });
    expect(nodes.map((node) => node.mesh)).toEqual([
      { address: '10.90.0.1' },
      { address: '10.90.0.2' },
      { address: '10.90.0.3', endpoint: '203.0.113.7' },
    ]);
  });

  it('takes IPv6, in whichever spelling, and ports of a router', () => {
    const edits = {
      ...meshed,
      mesh: { network: 'fd00:90::/64', port: 4500, keepalive: '15s', mtu: 1412 },
      'nodes/0/mesh': { address: 'fd00:90::1', endpoint: '198.51.100.1:51821' },
      'nodes/1/mesh': { address: 'fd00:0090:0:0::2', endpoint: '198.51.100.1:51822' },
      'nodes/2/mesh': { address: 'fd00:90::3', endpoint: '[2001:db8::7]:4500' },
    };
    expect(mistakesWith(edits)).toEqual([]);
  });

  it('asks for no endpoint in one place: its nodes have a LAN', () => {
    const edits = { ...meshed, 'nodes/2/place': 'home', 'nodes/2/mesh': { address: '10.90.0.3' } };
    expect(mistakesWith(edits)).toEqual([]);
  });

  itRefuses([
    {
      rule: 'a node that is not in it',
      edits: { ...meshed, 'nodes/1/mesh': undefined },
      key: `${key}[1].mesh`,
      value: undefined,
      allowed: 'an address in the mesh for each node, since there is evenkeel:mesh',
      remedy: 'Add `mesh: { address: … }`, with an address of 10.90.0.0/24 that nothing else has.',
    },
    {
      rule: 'a node in a mesh that is not there',
      edits: { 'nodes/1/mesh': { address: '10.90.0.2' } },
      key: `${key}[1].mesh`,
      value: { address: '10.90.0.2' },
      allowed: 'nothing, since there is no evenkeel:mesh',
      remedy: 'Add `evenkeel:mesh: { network: 10.90.0.0/24 }`, with your own network, or remove it.',
    },
    ...['10.90.1.2', '10.90.0.0', '10.90.0.255', 'fd00::2'].map((address) => ({
      rule: `what no node can have in it: ${address}`,
      edits: { ...meshed, 'nodes/1/mesh': { address } },
      key: `${key}[1].mesh.address`,
      value: address,
      allowed: 'an address of 10.90.0.0/24 (evenkeel:mesh.network) that a node can have',
      remedy: 'Write one of that network, neither its first nor its last.',
    })),
    {
      rule: 'one address for two nodes',
      edits: { ...meshed, 'nodes/1/mesh': { address: '10.90.0.1' } },
      key: `${key}[1].mesh.address`,
      value: '10.90.0.1',
      allowed: `an address that no other node has in the mesh (${key}[0].mesh.address has this one)`,
      remedy: 'Give each node its own.',
    },
    {
      rule: 'a node whose own address is in it: SSH could not mend it',
      edits: { ...meshed, 'nodes/1/address': '10.90.0.12' },
      key: `${key}[1].address`,
      value: '10.90.0.12',
      allowed: 'an address outside of 10.90.0.0/24 (evenkeel:mesh.network)',
      remedy: 'Write the one that works without the mesh, or give the mesh another network.',
    },
    {
      rule: 'an endpoint in it',
      edits: { ...meshed, 'nodes/2/mesh/endpoint': '10.90.0.3:51820' },
      key: `${key}[2].mesh.endpoint`,
      value: '10.90.0.3',
      allowed: 'an address outside of 10.90.0.0/24 (evenkeel:mesh.network)',
      remedy: 'Write the one that works without the mesh, or give the mesh another network.',
    },
    {
      rule: 'a shared address in it',
      edits: { ...meshed, 'edge/sharedAddresses': [{ place: 'home', address: '10.90.0.10' }] },
      key: 'evenkeel:edge.sharedAddresses[0].address',
      value: '10.90.0.10',
      allowed: 'an address outside of 10.90.0.0/24 (evenkeel:mesh.network)',
      remedy: 'Write the one that works without the mesh, or give the mesh another network.',
    },
    {
      rule: 'two nodes in different places of which none can be reached',
      edits: { ...meshed, 'nodes/2/mesh': { address: '10.90.0.3' } },
      key: `${key}[2].mesh.endpoint`,
      value: undefined,
      allowed: 'an endpoint of one of two nodes in different places (pi1 in home has none either)',
      remedy:
        "Forward a UDP port of the router of cloud to this node, and add `endpoint: <the router's public address>:<port>`; " +
        'or do so in home, for each node there.',
    },
    {
      rule: 'one endpoint for two nodes, one of them with the port of the mesh',
      edits: {
        ...meshed,
        'nodes/0/mesh/endpoint': '198.51.100.1:51820',
        'nodes/1/mesh/endpoint': '198.51.100.1',
      },
      key: `${key}[1].mesh.endpoint`,
      value: '198.51.100.1',
      allowed: `an endpoint that no other node has (${key}[0].mesh.endpoint has this one)`,
      remedy: 'Forward another UDP port of the router to this node.',
    },
    {
      rule: 'an endpoint by name',
      edits: { ...meshed, 'nodes/2/mesh/endpoint': 'home.example.com:51820' },
      key: `${key}[2].mesh.endpoint`,
      value: 'home.example.com:51820',
      allowed: 'a public address, with :<port> where it is not that of evenkeel:mesh',
      remedy:
        'Write an address that stays. A node whose address changes needs no endpoint: it finds the others, as long as those have one.',
    },
    ...['203.0.113.7:0', '203.0.113.7:65536', '[203.0.113.7]:51820', '[fe80::1%eth0]:51820'].map((value) => ({
      rule: `what is no endpoint: ${value}`,
      edits: { ...meshed, 'nodes/2/mesh/endpoint': value },
      key: `${key}[2].mesh.endpoint`,
      value,
      allowed: 'a public address, with :<port> where it is not that of evenkeel:mesh',
      remedy: 'Write for example `203.0.113.7`.',
    })),
    ...['10.90.0.1/24', '10.90.0.0', '10.90.0.0/7', '10.90.0.0/31', 'fd00:90::1/64', 'fd00::/127'].map(
      (value) => ({
        rule: `what is no network of a mesh: ${value}`,
        edits: { ...meshed, mesh: { network: value } },
        key: 'evenkeel:mesh.network',
        value,
        allowed:
          'a network as <address>/<bits> (IPv4: 8 to 30 bits, IPv6: 32 to 126), without bits behind those',
        remedy: 'Write for example `10.90.0.0/24`.',
      }),
    ),
    {
      rule: "Swarm's port",
      edits: { ...meshed, 'mesh/port': 4789 },
      key: 'evenkeel:mesh.port',
      value: 4789,
      allowed: 'a UDP port that Swarm does not have (4789, 7946)',
      remedy: 'Leave it out, which is 51820.',
    },
    {
      rule: 'a keepalive that renews no session in time',
      edits: { ...meshed, 'mesh/keepalive': '1m' },
      key: 'evenkeel:mesh.keepalive',
      value: '1m',
      allowed: 'a whole number with its unit (ms, s, m or h), from 5s to 50s',
      remedy: 'Write for example `25s`.',
    },
    {
      rule: 'an MTU that IPv6 does not allow',
      edits: { ...meshed, 'mesh/mtu': 1279 },
      key: 'evenkeel:mesh.mtu',
      value: 1279,
      allowed: 'a whole number from 1280 to 8920',
      remedy: 'Write for example `1420`.',
    },
    {
      rule: "a backup server at a node's address in the mesh",
      edits: { ...meshed, 'services/0/backup': { server: { address: '10.90.0.2', port: 80 } } },
      key: 'evenkeel:services[0].backup.server.address',
      value: '10.90.0.2',
      allowed: 'an address of no node of this site (it is that of pi2)',
      remedy: 'Name a server elsewhere, or write a page instead.',
    },
  ]);
});
