import { fiveNodes, meshedNodes, threeNodes } from '../test/sites';
import { nftablesRuleset } from './nftables-ruleset';

describe('nftablesRuleset', () => {
  it('closes the ports of both slots to all but the nodes', () => {
    expect(nftablesRuleset(threeNodes())).toBe(`table inet evenkeel
delete table inet evenkeel
table inet evenkeel {
  chain site_only {
    iifname { "lo", "docker0", "docker_gwbridge" } accept
    iifname "br-*" accept
    ip saddr { 192.168.1.11, 192.168.1.12, 192.168.1.13 } accept
    drop
  }
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
    tcp dport { 18080, 18081 } jump site_only
  }
}
`);
  });

  it('lets IPv6 nodes in by rules of their own, and closes the ports of all services', () => {
    const text = nftablesRuleset(fiveNodes());
    expect(text).toContain(`
    ip saddr { 192.168.1.11, 192.168.1.12, 192.168.1.13 } accept
    ip6 saddr { 2001:db8::31, 2001:db8::32 } accept
    drop
`);
    expect(text).toContain('    tcp dport { 18080, 18081, 18090, 18091 } jump site_only\n');
  });

  it('lets nodes in through the mesh alone where there is one, to Swarm too', () => {
    expect(nftablesRuleset(meshedNodes())).toBe(`table inet evenkeel
delete table inet evenkeel
table inet evenkeel {
  chain site_only {
    iifname { "lo", "docker0", "docker_gwbridge" } accept
    iifname "br-*" accept
    iifname "wg-evenkeel" ip saddr { 10.90.0.1, 10.90.0.2, 10.90.0.3 } accept
    drop
  }
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
    tcp dport { 18080, 18081 } jump site_only
    tcp dport { 2377, 7946 } jump site_only
    udp dport { 4789, 7946 } jump site_only
  }
}
`);
  });

  it('has no rule for a kind of address that no node has: nft takes no empty set', () => {
    const site = fiveNodes();
    const nodes = site.nodes.filter(({ address }) => address.includes(':'));
    const edge = { ...site.edge, sharedAddresses: [] };
    expect(nftablesRuleset({ ...site, nodes, edge })).not.toContain('ip saddr');
    expect(nftablesRuleset(threeNodes())).not.toContain('ip6 saddr');
  });

  it('closes nothing where there is no service', () => {
    expect(nftablesRuleset({ ...threeNodes(), services: [] })).not.toContain('dport');
  });

  it('is the same whatever the order of nodes and services, so that no machine is set up anew for it', () => {
    const site = fiveNodes();
    const reversed = { ...site, nodes: [...site.nodes].reverse(), services: [...site.services].reverse() };
    expect(nftablesRuleset(reversed)).toBe(nftablesRuleset(site));
  });

  it('keeps a machine silent that has a shared address and no edge', () => {
    const site = threeNodes();
    const sharedAddresses = [
      { place: 'home', address: '192.168.1.10' },
      { place: 'home', address: '192.168.1.9' },
    ];
    expect(nftablesRuleset({ ...site, edge: { ...site.edge, sharedAddresses } })).toContain(`
  chain input {
    type filter hook input priority filter; policy accept;
    iifname != "lo" ip daddr { 192.168.1.10, 192.168.1.9 } tcp dport { 80 } drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct original ip daddr { 192.168.1.10, 192.168.1.9 } tcp flags & rst == rst tcp sequence 0 drop
  }
}
`);
    expect(nftablesRuleset(site)).not.toContain('chain input');
  });

  it('is the same in every release', () => {
    const site = fiveNodes();
    const release = { ...site.release, generation: 99 };
    expect(nftablesRuleset({ ...site, ...{ release } })).toBe(nftablesRuleset(site));
  });
});
