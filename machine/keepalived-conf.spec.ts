import * as fc from 'fast-check';
import type { SharedAddressConfig, SiteConfig } from '../config/site-config';
import { fiveNodes, threeNodes } from '../test/sites';
import { keepalivedConf } from './keepalived-conf';

/** `threeNodes` with as many edges, and shared addresses. */
function siteOf(edges: number, sharedAddresses: SharedAddressConfig[]): SiteConfig {
  const base = threeNodes();
  const nodes = Array.from({ length: edges }, (_, index) => ({
    ...base.nodes[0]!,
    name: `pi${index + 1}`,
    address: `192.168.1.${11 + index}`,
  }));
  return { ...base, nodes, edge: { ...base.edge, sharedAddresses } };
}

const share = (last: number): SharedAddressConfig => ({ place: 'home', address: `192.168.1.${last}` });

/** The blocks `vrrp_instance` of a node's file, by address. */
function instances(site: SiteConfig, index: number): Record<string, string> {
  const [, ...blocks] = keepalivedConf(site, site.nodes[index]!)!.split(/^vrrp_instance /m);
  return Object.fromEntries(blocks.map((block) => [block.split(' ')[0]!, block]));
}

/** The first number behind a word. */
const number = (block: string, word: string) =>
  Number(new RegExp(`^ *${word} ([\\d.]+)$`, 'm').exec(block)![1]);

describe('keepalivedConf', () => {
  it('is there for the edges of the place only', () => {
    const site = fiveNodes();
    const those = site.nodes.filter((node) => keepalivedConf(site, node) !== undefined);
    expect(those.map(({ name }) => name)).toEqual(['pi1', 'pi2']);
  });

  it('is not there where no address is shared', () => {
    const site = threeNodes();
    expect(site.nodes.map((node) => keepalivedConf(site, node))).toEqual([undefined, undefined, undefined]);
  });

  it('speaks to the other edges of the place alone, unrouted, and from its own address', () => {
    const site = siteOf(3, [share(10)]);
    const block = instances(site, 1)['192.168.1.10']!;
    expect(block).toContain('  unicast_src_ip 192.168.1.12\n');
    expect([...block.matchAll(/^ {4}(.*) min_ttl 255 max_ttl 255$/gm)].map(([, peer]) => peer)).toEqual([
      '192.168.1.11',
      '192.168.1.13',
    ]);
  });

  it('does not change when a node goes into maintenance or comes back', () => {
    const site = siteOf(3, [share(10)]);
    const away = {
      ...site,
      nodes: site.nodes.map((node) => ({ ...node, maintenance: node.name === 'pi2' })),
    };
    expect(away.nodes.map((node) => keepalivedConf(away, node))).toEqual(
      site.nodes.map((node) => keepalivedConf(site, node)),
    );
  });

  it('has the interface and the router ID of the config, else asks the machine and takes the last byte', () => {
    const site = siteOf(2, [share(10), { ...share(9), interface: 'eth0.7', routerId: 51 }]);
    const blocks = instances(site, 0);
    expect(blocks['192.168.1.10']).toMatch(/^ {2}interface @192\.168\.1\.10@\n {2}virtual_router_id 10$/m);
    expect(blocks['192.168.1.9']).toMatch(/^ {2}interface eth0\.7\n {2}virtual_router_id 51$/m);
  });

  it('has all begin as BACKUP, with nopreempt and without weights: an edge that comes back takes nothing away', () => {
    for (const index of [0, 1, 2]) {
      const conf = keepalivedConf(siteOf(3, [share(10)]), siteOf(3, []).nodes[index]!)!;
      expect(conf.match(/^ *(state|nopreempt|weight|priority).*$/gm)).toEqual([
        '  state BACKUP',
        '  nopreempt',
        `  priority ${[250, 150, 50][index]}`,
      ]);
    }
  });

  it('gives the edges of an address different priorities and one router ID, and each address another first edge', () => {
    const site = fc
      .record({ edges: fc.integer({ min: 2, max: 40 }), addresses: fc.integer({ min: 1, max: 12 }) })
      .map(({ edges, addresses }) =>
        siteOf(
          edges,
          Array.from({ length: addresses }, (_, index) => share(100 + index)),
        ),
      );
    fc.assert(
      fc.property(site, (of) => {
        const nodes = of.nodes.map((_, index) => instances(of, index));
        const first = of.edge.sharedAddresses.map(({ address }) => {
          const priorities = nodes.map((blocks) => number(blocks[address]!, 'priority'));
          expect(new Set(priorities).size).toBe(nodes.length);
          expect(Math.min(...priorities)).toBeGreaterThanOrEqual(1);
          expect(Math.max(...priorities)).toBeLessThanOrEqual(254);
          expect(new Set(nodes.map((blocks) => number(blocks[address]!, 'virtual_router_id'))).size).toBe(1);
          return priorities.indexOf(Math.max(...priorities));
        });
        expect(new Set(first).size).toBe(Math.min(first.length, nodes.length));
      }),
      { numRuns: 30 },
    );
  });

  it('asks itself first, at the port of the public', () => {
    const site = fiveNodes();
    expect(keepalivedConf(site, site.nodes[1]!)).toContain(
      '"/etc/keepalived/evenkeel-edge-readiness ready 8000 pi2=192.168.1.12 pi1=192.168.1.11"',
    );
  });
});
