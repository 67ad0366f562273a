import { readSiteConfig } from '../config/read-site-config';
import type { CertificateConfig, CloudflareConfig, SiteConfig, TlsConfig } from '../config/site-config';
import { digestOf } from './pointers';

/** Contents of `evenkeel:secrets` of `fiveNodes`; made up, for specs only. */
export const fiveNodesSecrets: Record<string, string> = {
  'shop-db-password': 'correct horse battery staple',
  'shop-preview-token': 'let-me-have-a-look-4711',
};

/** Three machines at home, each with every role, and one service of which only blue has a release. */
export function threeNodes(): SiteConfig {
  return readSiteConfig({
    stack: 'home',
    ssh: { user: 'root', privateKeyPath: '~/.ssh/id_ed25519' },
    nodes: [1, 2, 3].map((number) => ({
      name: `pi${number}`,
      place: 'home',
      address: `192.168.1.1${number}`,
      roles: ['manager', 'worker', 'edge'],
      arch: 'arm64',
      memory: '4GiB',
      ssh: { hostKey: hostKeyOf(number) },
    })),
    services: [shop],
    edge: { image: `haproxy:3.0.5@${digestOf('e')}` },
    release: {
      generation: 1,
      services: { shop: { live: 'blue', blue: { version: '1.4.2', digest: digestOf('a') } } },
    },
    secretNames: [],
  });
}

/** `threeNodes` in a mesh, the third one in a cloud: the two at home are behind NAT. */
export function meshedNodes(): SiteConfig {
  const site = threeNodes();
  const mesh = { network: '10.90.0.0/24', port: 51820, keepalive: 25_000, mtu: 1420 };
  const nodes = site.nodes.map((node, index) => ({
    ...node,
    mesh: { address: `10.90.0.${index + 1}`, ...(index === 2 && { endpoint: '203.0.113.7:4500' }) },
    ...(index === 2 && { place: 'cloud', address: '203.0.113.7' }),
  }));
  return { ...site, nodes, mesh };
}

/**
 * Three managers and two workers in two places; two services, one of them with secrets, a preview address, an
 * acceptance command, labels of its nodes and limits; IPv4, IPv6 and ssh's agent; one node in maintenance.
 */
export function fiveNodes(): SiteConfig {
  return readSiteConfig({
    stack: 'shop-eu',
    ssh: { user: 'admin', port: 2222, agentSocketPath: '~/.ssh/agent.sock' },
    nodes: [
      ...[1, 2].map((number) => ({
        name: `pi${number}`,
        place: 'home',
        address: `192.168.1.1${number}`,
        roles: ['manager', 'worker', 'edge'],
        arch: 'arm64',
        memory: '8GiB',
        labels: { disk: 'ssd' },
        ssh: { hostKey: hostKeyOf(number) },
      })),
      {
        name: 'vps1',
        place: 'cloud',
        address: '2001:db8::31',
        roles: ['manager', 'edge'],
        arch: 'amd64',
        ssh: { user: 'root', port: 22, hostKey: hostKeyOf(3), privateKeyPath: '/keys/vps' },
      },
      {
        name: 'vps2',
        place: 'cloud',
        address: '2001:db8::32',
        roles: ['worker'],
        arch: 'amd64',
        labels: { disk: 'ssd' },
        ssh: { hostKey: hostKeyOf(4) },
      },
      {
        name: 'pi3',
        place: 'home',
        address: '192.168.1.13',
        roles: ['worker'],
        arch: 'arm',
        memory: '1GiB',
        maintenance: true,
        ssh: { hostKey: hostKeyOf(5) },
      },
    ],
    services: [
      {
        ...shop,
        hostnames: ['shop.example.com', 'www.shop.example.com'],
        nodes: { disk: 'ssd' },
        health: { path: '/alive?deep=1', interval: '2s', timeout: '1500ms' },
        env: { LOG_LEVEL: 'info', CURRENCY: 'EUR' },
        secrets: ['shop-db-password'],
        resources: { memory: '256MiB', cpus: 0.5 },
        stopSignal: 'SIGQUIT',
        stopGrace: '90s',
        acceptance: { command: './acceptance.sh', timeout: '2m' },
        preview: { hostname: 'next.shop.example.com', token: 'shop-preview-token' },
      },
      {
        name: 'blog',
        repository: 'registry.example.com/team/blog',
        port: 3000,
        hostnames: ['blog.example.com'],
        slotPorts: { blue: 18090, green: 18091 },
        health: { path: '/alive', interval: '2s', timeout: '1s' },
      },
    ],
    edge: {
      image: `haproxy:3.0.5@${digestOf('e')}`,
      ports: { http: 8000 },
      sharedAddresses: [{ place: 'home', address: '192.168.1.10' }],
      limits: { maxConnections: 8000, memory: '128MiB' },
      timeouts: { connect: '1s', client: '10s', server: '20s', hardStop: '25s', drain: '2m' },
    },
    release: {
      generation: 12,
      services: {
        shop: {
          live: 'green',
          canary: 10,
          blue: { version: '1.6.0-rc.1', digest: digestOf('a') },
          green: { version: '1.5.0', digest: digestOf('b') },
        },
        blog: {
          live: 'blue',
          blue: { version: '2.0.0', digest: digestOf('c') },
          green: { version: '1.9.9', digest: digestOf('d') },
        },
      },
    },
    secretNames: Object.keys(fiveNodesSecrets),
  });
}

const shop = {
  name: 'shop',
  repository: 'registry.example.com/shop',
  port: 8080,
  hostnames: ['shop.example.com'],
  slotPorts: { blue: 18080, green: 18081 },
  health: { path: '/alive', interval: '2s', timeout: '1s' },
};

/** A host key of the form that config wants (RFC 8709: the type, then 32 bytes); nobody has its private half. */
function hostKeyOf(number: number): string {
  const type = 'ssh-ed25519';
  const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const key = Buffer.concat([part(Buffer.from(type)), part(Buffer.alloc(32, number))]);
  return `${type} ${key.toString('base64')}`;
}

/** HTTPS with a certificate from there, and else what the schema has by default. */
export function tlsWith(certificate: CertificateConfig): TlsConfig {
  return {
    certificate,
    renewBefore: 30,
    hsts: { maxAge: 730, includeSubDomains: false, preload: false },
    redirect: true,
  };
}

/** A zone at Cloudflare whose settings are left alone. */
export function cloudflareWith(more: Partial<CloudflareConfig> = {}): CloudflareConfig {
  return {
    ...{ zone: 'example.com', zoneId: '1', token: 'cloudflare-token' },
    settings: { ssl: 'leave', minTlsVersion: 'leave', alwaysUseHttps: 'leave', originPulls: 'leave' },
    ...more,
  };
}

/** The site `fra` of one machine, with a pool that has an edge at each of these sites. */
export function oneMachine(...sites: string[]): SiteConfig {
  const three = threeNodes();
  return {
    ...three,
    site: 'fra',
    nodes: three.nodes.slice(0, 1),
    cloudflare: cloudflareWith(),
    pool: {
      hostnames: ['shop.example.com'],
      edges: sites.map((site, index) => ({ site, node: 'pi1', addresses: [`203.0.113.${index + 1}`] })),
      ...{ proxied: true, ttl: 60_000, check: { scheme: 'https' } },
    },
  };
}
