import * as fc from 'fast-check';
import type { SiteConfig } from '../config/site-config';
import { goldenText } from '../test/golden-text';
import { digestOf } from '../test/pointers';
import { fiveNodes, threeNodes } from '../test/sites';
import { backendName, haproxyCfg, haproxyCfgHash, serviceNodes } from './haproxy-cfg';

const tokens = { 'shop-preview-token': 'C0FFEE'.padEnd(64, '0') };

/** The sections of a haproxy.cfg by their first line, each with its other lines. */
function sections(cfg: string): Record<string, string[]> {
  return Object.fromEntries(
    cfg
      .trim()
      .split('\n\n')
      .map((section) => {
        const [head, ...lines] = section.split('\n');
        return [head!, lines.map((line) => line.trim())];
      }),
  );
}

/** A site with any roles, labels and services; the rest is that of `threeNodes`. */
const arbitrarySite: fc.Arbitrary<SiteConfig> = fc
  .record({
    nodes: fc.array(
      fc.record({
        isWorker: fc.boolean(),
        disk: fc.constantFrom('ssd', 'hdd', undefined),
        zone: fc.constantFrom('a', undefined),
        address: fc.oneof(fc.ipV4(), fc.ipV6()),
      }),
      { minLength: 1, maxLength: 7 },
    ),
    services: fc.array(
      fc.record({ disk: fc.constantFrom('ssd', undefined), zone: fc.constantFrom('a', undefined) }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ nodes, services }) => {
    const base = threeNodes();
    const labels = (each: { disk?: string; zone?: string }) => ({
      ...(each.disk ? { disk: each.disk } : {}),
      ...(each.zone ? { zone: each.zone } : {}),
    });
    return {
      ...base,
      nodes: nodes.map((node, index) => ({
        ...base.nodes[0]!,
        name: `node${index}`,
        address: node.address,
        roles: node.isWorker ? ['worker', 'edge'] : ['manager', 'edge'],
        labels: labels(node),
      })),
      services: services.map((service, index) => ({
        ...base.services[0]!,
        name: `service${index}`,
        hostnames: [`service${index}.example.com`],
        nodes: labels(service),
        slotPorts: { blue: 18080 + 2 * index, green: 18081 + 2 * index },
      })),
    };
  });

describe('haproxyCfg', () => {
  it('is this text for a small site', () => {
    const made = haproxyCfg(threeNodes(), {});
    expect(made).toBe(goldenText('haproxy.cfg', made));
  });

  it('is this text for a site with all that config has: previews, paths, redirects, sessions, labelled nodes, backups, proxies, IPv6', () => {
    const site = fiveNodes();
    const page = '<!doctype html>\n<p style="color: #900">Back at 5 PM: $5 off & 100 % "fresh"</p>\n';
    const maintenance = { page, retryAfter: 600_000, allow: ['192.168.1.0/24', '2001:db8::/32'] };
    const [shop, blog] = site.services;
    const services = [
      {
        ...shop!,
        maintenance,
        redirects: [{ from: 'example.com', code: 308 as const }],
        sessions: { cookie: 'evenkeel-session', onSwitch: 'finish' as const },
        ownPlaceFirst: true,
        backup: {
          server: { address: '2001:db8::99', port: 443, tls: true, hostHeader: 'backup.example.com' },
        },
      },
      {
        ...blog!,
        hostnames: ['blog.example.com', 'shop.example.com'],
        paths: ['/blog', '/news/blog'],
        backup: { page },
      },
    ];
    const edge = { ...site.edge, trustedProxies: ['10.0.0.0/8', '2001:db8::7'] };
    const made = haproxyCfg({ ...site, services, edge }, tokens);
    expect(made).toBe(goldenText('haproxy-preview.cfg', made));
  });

  it('is the same in every release: neither slots, nor versions, nor canary, nor generation are in it', () => {
    const site = fiveNodes();
    const release = {
      generation: 99,
      services: {
        shop: { live: 'blue' as const, canary: 0, blue: { version: '7.0.0', digest: digestOf('7') } },
        blog: { live: 'green' as const, canary: 100, green: { version: '8.0.0', digest: digestOf('8') } },
      },
    };
    expect(haproxyCfg({ ...site, release }, tokens)).toBe(haproxyCfg(site, tokens));
  });

  it('describes itself by the hash of all its other lines', () => {
    const [first, description, ...rest] = haproxyCfg(threeNodes(), {}).slice(0, -1).split('\n');
    expect([first, description]).toEqual(['global', `  description ${haproxyCfgHash(rest.join('\n'))}`]);
  });

  it.each<[string, Partial<SiteConfig['edge']>]>([
    ['a timeout', { timeouts: { ...threeNodes().edge.timeouts, server: 31_000 } }],
    ['the time for old requests', { timeouts: { ...threeNodes().edge.timeouts, hardStop: 31_000 } }],
    ['the most connections', { limits: { maxConnections: 4001 } }],
  ])('gives an edge that must be reloaded another description: %s', (_, edge) => {
    const site = threeNodes();
    const description = (cfg: string) => /description (.*)/.exec(cfg)?.[1];
    const changed = haproxyCfg({ ...site, edge: { ...site.edge, ...edge } }, {});
    expect(description(changed)).not.toBe(description(haproxyCfg(site, {})));
  });

  it('has a backend for each service and slot, with a server for each of its nodes and no other', () => {
    fc.assert(
      fc.property(arbitrarySite, (site) => {
        const found = sections(haproxyCfg(site, {}));
        const backends = Object.keys(found).filter((head) => head.startsWith('backend service'));
        expect(backends).toEqual(
          site.services.flatMap(({ name }) => [`backend ${name}-blue`, `backend ${name}-green`]),
        );
        for (const service of site.services)
          for (const slot of ['blue', 'green'] as const) {
            const servers = found[`backend ${backendName(service.name, slot)}`]!.filter((line) =>
              line.startsWith('server '),
            );
            const expected = site.nodes
              .filter(({ roles }) => roles.includes('worker'))
              .filter(({ labels }) => !service.nodes['disk'] || labels['disk'] === service.nodes['disk'])
              .filter(({ labels }) => !service.nodes['zone'] || labels['zone'] === service.nodes['zone'])
              .map(({ name, address }) => {
                const host = address.includes(':') ? `[${address}]` : address;
                return `server ${name} ${host}:${service.slotPorts[slot]} tcp-ut 3000`;
              });
            expect(servers).toEqual(expected);
          }
      }),
    );
  });

  it('gives no two backends the same name, whatever services and nodes are called', () => {
    const base = threeNodes();
    const names = fc.constantFrom('edge', 'edges', 'edge-blue', 'blue', 'green', 'all', 'readiness', 'shop');
    const unique = fc.uniqueArray(names, { minLength: 1 });
    fc.assert(
      fc.property(unique, unique, (nodes, services) => {
        const site = {
          ...base,
          nodes: nodes.map((name) => ({ ...base.nodes[0]!, name })),
          services: services.map((name) => ({ ...base.services[0]!, name })),
        };
        const backends = haproxyCfg(site, {}).match(/^backend .*/gm)!;
        expect(backends).toHaveLength(nodes.length + 2 + 2 * services.length);
        expect(new Set(backends).size).toBe(backends.length);
      }),
    );
  });

  it('knows each service by all of its host names', () => {
    fc.assert(
      fc.property(arbitrarySite, (site) => {
        const lines = sections(haproxyCfg(site, {}))['frontend public']!;
        for (const { name, hostnames } of site.services) {
          for (const hostname of hostnames)
            expect(lines).toContain(`acl host_${name} var(txn.host) -m str ${hostname}`);
          expect(lines).toContain(`http-request set-var(txn.service) str(${name}) if host_${name}`);
        }
      }),
    );
  });

  it('has no line of more words than HAProxy takes, however long a list is', () => {
    const site = threeNodes();
    const many = Array.from({ length: 300 }, (_, index) => index);
    const service = {
      ...site.services[0]!,
      hostnames: many.map((index) => `shop${index}.example.com`),
      maintenance: { retryAfter: 1000, allow: many.map((index) => `10.0.${index >> 8}.${index % 256}`) },
    };
    const nodes = many.map((index) => ({
      ...site.nodes[0]!,
      name: `node${index}`,
      address: `10.1.1.${index}`,
    }));
    const words = haproxyCfg({ ...site, nodes, services: [service] }, {})
      .split('\n')
      .map(
        (line) =>
          line
            .replaceAll(/"(\\.|[^"\\])*"/g, 'word')
            .trim()
            .split(/\s+/).length,
      );
    expect(Math.max(...words)).toBeLessThanOrEqual(64); // MAX_LINE_ARGS in HAProxy's defaults.h
  });

  it('gives no preview address to a service whose token is not known', () => {
    expect(haproxyCfg(fiveNodes(), {})).not.toContain('next.shop.example.com');
  });
});

describe('haproxyCfgHash', () => {
  it('is the first half of a SHA-256, cut to 16 digits', () => {
    expect(haproxyCfgHash('abc')).toBe('ba7816bf8f01cfea'); // FIPS 180-2, appendix B.1
  });
});

describe('serviceNodes', () => {
  it('are the workers that have every label the service asks for', () => {
    const site = fiveNodes();
    const names = site.services.map((service) => serviceNodes(site, service).map(({ name }) => name));
    expect(names).toEqual([
      ['pi1', 'pi2', 'vps2'],
      ['pi1', 'pi2', 'vps2', 'pi3'],
    ]);
  });

  it('are none where no worker has the labels', () => {
    const site = fiveNodes();
    expect(serviceNodes(site, { ...site.services[0]!, nodes: { disk: 'ssd', zone: 'a' } })).toEqual([]);
  });
});
