import { fiveNodes, threeNodes } from '../test/sites';
import { slotPortsRuleset } from './slot-ports-ruleset';

describe('slotPortsRuleset', () => {
  it('closes the ports of both slots to all but the nodes', () => {
    expect(slotPortsRuleset(threeNodes())).toBe(`table inet evenkeel
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
    const text = slotPortsRuleset(fiveNodes());
    expect(text).toContain(`
    ip saddr { 192.168.1.11, 192.168.1.12, 192.168.1.13 } accept
    ip6 saddr { 2001:db8::31, 2001:db8::32 } accept
    drop
`);
    expect(text).toContain('    tcp dport { 18080, 18081, 18090, 18091 } jump site_only\n');
  });

  it('has no rule for a kind of address that no node has: nft takes no empty set', () => {
    const site = fiveNodes();
    const nodes = site.nodes.filter(({ address }) => address.includes(':'));
    expect(slotPortsRuleset({ ...site, nodes })).not.toContain('ip saddr');
    expect(slotPortsRuleset(threeNodes())).not.toContain('ip6 saddr');
  });

  it('closes nothing where there is no service', () => {
    expect(slotPortsRuleset({ ...threeNodes(), services: [] })).not.toContain('dport');
  });

  it('is the same whatever the order of nodes and services, so that no machine is set up anew for it', () => {
    const site = fiveNodes();
    const reversed = { nodes: [...site.nodes].reverse(), services: [...site.services].reverse() };
    expect(slotPortsRuleset(reversed)).toBe(slotPortsRuleset(site));
  });

  it('is the same in every release', () => {
    const site = fiveNodes();
    const release = { ...site.release, generation: 99 };
    expect(slotPortsRuleset({ ...site, ...{ release } })).toBe(slotPortsRuleset(site));
  });
});
