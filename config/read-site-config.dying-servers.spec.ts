import { readSiteConfig } from './read-site-config';
import { itRefuses, stackWith } from './stack.fixture';

const backup = (value: unknown) => ({ 'services/0/backup': value });

describe('readSiteConfig: what hides a dying server', () => {
  it('takes a backup server, limits, the own place first, and proxies that are trusted', () => {
    const site = readSiteConfig(
      stackWith({
        ...backup({
          server: { address: '203.0.113.9', port: 443, tls: true, hostHeader: 'static.example.com' },
        }),
        'services/0/limits': { maxConnections: 8, queue: 0, queueTimeout: '500ms' },
        'services/0/ownPlaceFirst': true,
        'edge/trustedProxies': ['10.0.0.0/8', '2001:db8::7'],
        'edge/timeouts/acknowledge': '1s',
      }),
    );
    expect(site.services[0]).toMatchObject({
      backup: { server: { address: '203.0.113.9', port: 443, tls: true, hostHeader: 'static.example.com' } },
      limits: { maxConnections: 8, queue: 0, queueTimeout: 500 },
      ownPlaceFirst: true,
    });
    expect(site.edge).toMatchObject({
      trustedProxies: ['10.0.0.0/8', '2001:db8::7'],
      timeouts: { acknowledge: 1000 },
    });
  });

  it('takes a page as backup', () => {
    const page = '<h1>Our shop is at 0800 123</h1>';
    expect(readSiteConfig(stackWith(backup({ page }))).services[0]!.backup).toStrictEqual({ page });
  });

  itRefuses([
    {
      rule: 'a backup that is both',
      edits: backup({ page: 'gone', server: { address: '203.0.113.9', port: 80 } }),
      key: 'evenkeel:services[0].backup',
      value: { server: { address: '203.0.113.9', port: 80, tls: false }, page: 'gone' },
      allowed: 'one of server and page',
      remedy: 'Remove one of the two.',
    },
    {
      rule: 'a backup that is neither',
      edits: backup({}),
      key: 'evenkeel:services[0].backup',
      value: {},
      allowed: 'one of server and page',
      remedy: 'Add `page: <h1>Back soon</h1>`, with your own text.',
    },
    {
      rule: 'a backup on one of the nodes, which would be gone as well',
      edits: {
        'nodes/0/address': '192.168.1.11',
        ...backup({ server: { address: '192.168.1.11', port: 8080 } }),
      },
      key: 'evenkeel:services[0].backup.server.address',
      value: '192.168.1.11',
      allowed: 'an address of no node of this site (it is that of pi1)',
      remedy: 'Name a server elsewhere, or write a page instead.',
    },
    {
      rule: 'a backup by name, which HAProxy would look up only once',
      edits: backup({ server: { address: 'other.example.com', port: 80 } }),
      key: 'evenkeel:services[0].backup.server.address',
      value: 'other.example.com',
      allowed: 'an IPv4 address, or an IPv6 address without brackets',
      remedy:
        'Write the address that `getent ahosts other.example.com` shows: the rules of nftables and the servers of HAProxy need one that stays.',
    },
    {
      rule: 'a service that takes no request at all',
      edits: { 'services/0/limits': { maxConnections: 0 } },
      key: 'evenkeel:services[0].limits.maxConnections',
      value: 0,
      allowed: 'a whole number from 1 to 100000',
      remedy: 'Write for example `256`.',
    },
    {
      rule: 'a queue that clients leave',
      edits: { 'services/0/limits': { queueTimeout: '5m' } },
      key: 'evenkeel:services[0].limits.queueTimeout',
      value: '5m',
      allowed: 'a whole number with its unit (ms, s, m or h), from 100ms to 1m',
      remedy: 'Write for example `2s`.',
    },
    {
      rule: 'a preference that is a text',
      edits: { 'services/0/ownPlaceFirst': 'yes' },
      key: 'evenkeel:services[0].ownPlaceFirst',
      value: 'yes',
      allowed: 'true or false',
      remedy: 'Write true or false, without quotes.',
    },
    {
      rule: 'a trusted proxy by name',
      edits: { 'edge/trustedProxies': ['cdn.example.com'] },
      key: 'evenkeel:edge.trustedProxies[0]',
      value: 'cdn.example.com',
      allowed: 'an IPv4 or IPv6 address, or a network as <address>/<bits>',
      remedy: 'Write for example `192.168.1.0/24`.',
    },
  ]);
});
