import fc from 'fast-check';
import { meshedNodes } from '../test/sites';
import { endpointFor, meshConf, meshNodes, meshSite, peersIn, type MeshSite } from './mesh-conf';

const site = meshSite(meshedNodes())!;
const [pi1, pi2, pi3] = meshNodes(site) as [MeshNode, MeshNode, MeshNode];
type MeshNode = ReturnType<typeof meshNodes>[number];
const keys = new Map(['pi1', 'pi2', 'pi3'].map((name) => [name, `${name}'s-key=`]));

describe('meshConf', () => {
  it('has the port and the peers, and no private key', () => {
    expect(meshConf(site, pi1, keys)).toMatch(
      /^# Written by Evenkeel: what is changed here by hand is lost with the next pulumi up\.\n# Script: [0-9a-f]{16}\n/,
    );
    expect(meshConf(site, pi1, keys).split('\n').slice(2).join('\n')).toBe(`[Interface]
ListenPort = 51820

# pi2
[Peer]
PublicKey = pi2's-key=
AllowedIPs = 10.90.0.2/32
Endpoint = 192.168.1.12:51820
PersistentKeepalive = 25

# pi3
[Peer]
PublicKey = pi3's-key=
AllowedIPs = 10.90.0.3/32
Endpoint = 203.0.113.7:4500
PersistentKeepalive = 25
`);
  });

  it('says no endpoint of a node that is behind NAT elsewhere', () => {
    expect(
      peersIn(meshConf(site, pi3, keys)).map(({ name, text }) => [name, text.includes('Endpoint')]),
    ).toEqual([
      ['pi1', false],
      ['pi2', false],
    ]);
  });

  it('leaves out whose key is not known, and itself', () => {
    const some = new Map([...keys].filter(([name]) => name !== 'pi3'));
    expect(peersIn(meshConf(site, pi1, some)).map(({ name }) => name)).toEqual(['pi2']);
  });

  it('keeps, as it stands there, a peer that has not left yet', () => {
    const before = meshConf(site, pi1, keys);
    const without: MeshSite = { ...site, nodes: [pi1, pi2] };
    const kept = peersIn(before).filter(({ name }) => name === 'pi3');
    expect(meshConf(without, pi1, keys, kept)).toBe(before);
  });

  it('is another one when address or MTU of the node itself is, which only its script has', () => {
    const before = meshConf(site, pi1, keys);
    expect(meshConf({ ...site, mesh: { ...site.mesh, mtu: 1400 } }, pi1, keys)).not.toBe(before);
    expect(meshConf(site, { ...pi1, mesh: { address: '10.90.0.9' } }, keys)).not.toBe(before);
  });

  it('has whole seconds, and IPv6 as WireGuard wants it', () => {
    const six = { ...pi2, place: 'office', mesh: { address: 'fd00::2', endpoint: '2001:db8::2' } };
    const other: MeshSite = {
      mesh: { ...site.mesh, network: 'fd00::/64', keepalive: 5500 },
      nodes: [pi1, six],
    };
    expect(peersIn(meshConf(other, pi1, keys))[0]?.text).toBe(`# pi2
[Peer]
PublicKey = pi2's-key=
AllowedIPs = fd00::2/128
Endpoint = [2001:db8::2]:51820
PersistentKeepalive = 6
`);
  });
});

describe('peersIn', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/), {
    minLength: 1,
    maxLength: 6,
  });

  it('finds just the peers that a file was made of', () => {
    fc.assert(
      fc.property(names, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (all, known) => {
        const nodes = all.map((name, index) => ({ ...pi1, name, mesh: { address: `10.90.0.${index + 1}` } }));
        const have = new Map(all.filter((_, index) => known[index]).map((name) => [name, `${name}=`]));
        const found = peersIn(meshConf({ ...site, nodes }, nodes[0]!, have));
        expect(found.map(({ name, key }) => [name, key])).toEqual(
          [...have]
            .filter(([name]) => name !== all[0])
            .sort(([a], [b]) => (`# ${a}\n` < `# ${b}\n` ? -1 : 1)),
        );
      }),
    );
  });
});

describe('endpointFor', () => {
  const node = fc.record({
    place: fc.constantFrom('a', 'b', 'c'),
    address: fc.constantFrom('192.168.1.1', '2001:db8::1'),
    endpoint: fc.constantFrom(undefined, '203.0.113.7', '203.0.113.7:4500'),
  });

  it('gives one of two nodes a way to the other, unless config should have been refused', () => {
    fc.assert(
      fc.property(node, node, (a, b) => {
        const peer = ({ place, address, endpoint }: typeof a) => ({
          place,
          address,
          mesh: { address: '10.9.0.1', endpoint },
        });
        const ways = [endpointFor({ port: 51820 }, a, peer(b)), endpointFor({ port: 51820 }, b, peer(a))];
        const refused = a.place !== b.place && a.endpoint === undefined && b.endpoint === undefined;
        expect(ways.some((way) => way !== undefined)).toBe(!refused);
      }),
    );
  });
});
