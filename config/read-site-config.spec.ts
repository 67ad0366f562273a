import fc from 'fast-check';
import { ConfigError } from './config-error';
import { readSiteConfig, type RawStackConfig } from './read-site-config';
import { BLOG, type Edits, exampleStack, mistakesWith, stackWith } from './stack.fixture';

const read = (edits: Edits) => readSiteConfig(stackWith(edits));

describe('readSiteConfig', () => {
  it('accepts the example stack, with units and defaults worked out', () => {
    const { nodes, ...site } = readSiteConfig(exampleStack());
    expect(site).toStrictEqual({
      site: 'example',
      services: [
        {
          name: 'shop',
          repository: 'registry.example.com/shop',
          port: 8080,
          hostnames: ['shop.example.com'],
          paths: ['/'],
          redirects: [],
          nodes: {},
          health: { path: '/alive', interval: 2000, timeout: 1000 },
          env: { LOG_LEVEL: 'info' },
          secrets: [],
          resources: { memory: 256 * 2 ** 20 },
          stopSignal: 'SIGTERM',
          strategy: 'blueGreen',
          stopGrace: 30_000,
          slotPorts: { blue: 18080, green: 18081 },
          maintenance: { retryAfter: 300_000, allow: [] },
          limits: { maxConnections: 256, queue: 100, queueTimeout: 2000 },
          ownPlaceFirst: false,
        },
      ],
      edge: {
        image: `haproxy:3.0.5@sha256:${'1'.repeat(64)}`,
        ports: { http: 80 },
        sharedAddresses: [],
        limits: { maxConnections: 4000 },
        timeouts: {
          connect: 1000,
          acknowledge: 3000,
          client: 30_000,
          server: 30_000,
          hardStop: 30_000,
          drain: 60_000,
        },
        trustedProxies: [],
      },
      release: {
        generation: 1,
        services: {
          shop: { live: 'blue', canary: 0, blue: { version: '1.0.0', digest: `sha256:${'2'.repeat(64)}` } },
        },
      },
    });
    expect(nodes).toHaveLength(3);
    expect(nodes[2]).toStrictEqual({
      name: 'pi3',
      place: 'home',
      address: '192.168.1.13',
      roles: ['manager', 'worker'],
      arch: 'arm64',
      memory: 2 * 2 ** 30,
      labels: {},
      maintenance: false,
      ssh: {
        user: 'root',
        port: 22,
        privateKeyPath: '~/.ssh/id_ed25519',
        hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP3/EqoMyJwJKKDJcq1qBntyP+/HFmIk6Z/47qk490qq',
      },
    });
  });

  it('has a default for what may be left out', () => {
    const { services, edge, nodes } = read({
      'services/0/health': undefined,
      'services/0/env': undefined,
      'services/0/resources': undefined,
      'services/0/stopGrace': undefined,
      'edge/ports': undefined,
      'ssh/user': undefined,
      'services/0/acceptance': { command: 'true' },
      'nodes/2/maintenance': undefined,
      'nodes/2/memory': undefined,
    });
    expect(services[0]).toMatchObject({
      health: { path: '/alive', interval: 2000, timeout: 1000 },
      env: {},
      secrets: [],
      nodes: {},
      resources: {},
      stopSignal: 'SIGTERM',
      stopGrace: 30_000,
      acceptance: { command: 'true', timeout: 60_000 },
    });
    expect(services[0]).not.toHaveProperty('preview');
    expect(edge.ports).toStrictEqual({ http: 80 });
    expect(nodes[2]).toMatchObject({ maintenance: false, labels: {}, ssh: { user: 'root', port: 22 } });
    expect(nodes[2]).not.toHaveProperty('memory');
  });

  it('lets a node say otherwise than evenkeel:ssh, its agent taking the place of the default key', () => {
    const { nodes } = read({
      'ssh/port': 2222,
      'nodes/0/ssh/user': 'pi',
      'nodes/1/ssh/agentSocketPath': '/tmp/agent',
      'nodes/2/ssh/privateKeyPath': '/root/key',
    });
    expect(nodes.map(({ ssh: { hostKey: _, ...ssh } }) => ssh)).toStrictEqual([
      { user: 'pi', port: 2222, privateKeyPath: '~/.ssh/id_ed25519' },
      { user: 'root', port: 2222, agentSocketPath: '/tmp/agent' },
      { user: 'root', port: 2222, privateKeyPath: '/root/key' },
    ]);
  });

  it.each<[string, Edits]>([
    ['one manager that is all there is', { nodes: [(exampleStack().nodes as object[])[0]] }],
    ['one manager of three in maintenance', { 'nodes/0/maintenance': true }],
    ['two services', BLOG],
    ['a canary with a release in the idle slot', idleRelease('release/services/shop/canary', 5)],
    ['a service on labelled workers', { 'services/0/nodes': { disk: 'ssd' }, 'nodes/1/labels/disk': 'ssd' }],
    ['a secret and a token that exist', secretAndToken()],
    ['nodes of which the memory is not known', memoryUnknown()],
    ['an IPv6 address', { 'nodes/0/address': 'fd00::1' }],
    ['a drain just as long as the hard stop', { 'edge/timeouts/drain': '30s' }],
    ['a service name of 57 characters', renamedTo('s'.repeat(57))],
    ['a service with a name that every object has', renamedTo('constructor')],
  ])('accepts %s', (_, edits) => {
    expect(mistakesWith(edits)).toStrictEqual([]);
  });

  it('shows all mistakes at once, those of single keys and those across keys', () => {
    const edits = {
      ...BLOG,
      'nodes/0/roles/2': 'egde',
      'nodes/1/name': 'pi1',
      'nodes/2/ssh/hostKey': 'ssh-ed25519 AAAA',
      'services/0/health/timeout': '5s',
      'services/0/env/PORT': 8080,
      'services/1/slotPorts/blue': 18081,
      'edge/image': 'haproxy:3.0.5',
      'release/generation': 0,
      'release/services/shop/canary': 5,
      'release/services/blog': undefined,
      'release/services/blgo': { live: 'blue', blue: 'latest' },
    };
    expect(mistakesWith(edits).map(({ key }) => key)).toStrictEqual([
      'evenkeel:nodes[0].roles[2]',
      'evenkeel:nodes[1].name',
      'evenkeel:nodes[2].ssh.hostKey',
      'evenkeel:services[0].env.PORT',
      'evenkeel:services[0].health.timeout',
      'evenkeel:services[1].slotPorts.blue',
      'evenkeel:edge.image',
      'evenkeel:release.generation',
      'evenkeel:release.services.blgo',
      'evenkeel:release.services.blgo.blue',
      'evenkeel:release.services.blog',
      'evenkeel:release.services.shop.canary',
    ]);
  });

  it('blames no key for the mistake of another', () => {
    // Each of these would be one manager or edge too few, a slot without release, a log-in missing, if the
    // wrong value counted as none.
    const edits = {
      'nodes/0/roles': 'manager',
      'ssh/privateKeyPath': 5,
      'release/services/shop/blue': 'latest',
      'services/0/name': 'Shop',
    };
    expect(mistakesWith(edits).map(({ key }) => key)).toStrictEqual([
      'evenkeel:ssh.privateKeyPath',
      'evenkeel:nodes[0].roles',
      'evenkeel:services[0].name',
      'evenkeel:release.services.shop.blue',
    ]);
  });

  it('throws an error that names the stack and lists every mistake', () => {
    const edits = { 'nodes/0/roles/2': 'egde', 'release/services/shop/canary': 5 };
    expect(() => read(edits)).toThrow(new ConfigError('example', mistakesWith(edits)));
    expect(new ConfigError('example', mistakesWith(edits)).message).toBe(
      [
        'The config of the stack example has 2 mistakes; nothing was touched.',
        '  evenkeel:nodes[0].roles[2]: got "egde"; allowed: manager, worker or edge. Did you mean `edge`?',
        '  evenkeel:release.services.shop.canary: got 5; allowed: 0 while the idle slot green has no release. Set canary to 0, or run `evenkeel prerelease shop <version>`.',
      ].join('\n'),
    );
  });

  it('throws nothing but a ConfigError, whatever stands in the file', () => {
    const part = fc.jsonValue({ maxDepth: 4 });
    const anything = fc.record({ ssh: part, nodes: part, services: part, edge: part, release: part });
    fc.assert(
      fc.property(anything, fc.array(fc.string()), (parts, secretNames) => {
        expect(() => readSiteConfig({ stack: 'example', secretNames, ...parts })).toThrow(ConfigError);
      }),
    );
  });

  it('throws nothing but a ConfigError when any one value of the example is replaced', () => {
    const places = placesOf({ ...exampleStack(), stack: undefined, keys: undefined, secretNames: undefined });
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (place, value) => {
        // The fixture rethrows what is no ConfigError.
        expect(Array.isArray(mistakesWith({ [place]: value }))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('does not change what it is given', () => {
    const raw: RawStackConfig = exampleStack();
    readSiteConfig(raw);
    expect(raw).toStrictEqual(exampleStack());
  });
});

function idleRelease(place: string, canary: number): Edits {
  const green = { version: '1.1.0-rc.1', digest: `sha256:${'3'.repeat(64)}` };
  return { [place]: canary, 'release/services/shop/green': green };
}

function secretAndToken(): Edits {
  return {
    secretNames: ['shop-db-password', 'token'],
    'services/0/secrets': ['shop-db-password'],
    'services/0/preview': { hostname: 'next.shop.example.com', token: 'token' },
  };
}

function memoryUnknown(): Edits {
  const unknown = { 'nodes/0/memory': undefined, 'nodes/1/memory': undefined, 'nodes/2/memory': undefined };
  return { ...unknown, 'services/0/resources/memory': '64GiB' };
}

function renamedTo(name: string): Edits {
  const release = (exampleStack().release as { services: { shop: unknown } }).services.shop;
  return {
    'services/0/name': name,
    'release/services/shop': undefined,
    [`release/services/${name}`]: release,
  };
}

/** Every place in a raw config, as edits name them. */
function placesOf(value: unknown, place = ''): string[] {
  if (typeof value !== 'object' || value === null) return place === '' || value === undefined ? [] : [place];
  const below = Object.entries(value).flatMap(([key, item]) =>
    placesOf(item, place === '' ? key : `${place}/${key}`),
  );
  return place === '' ? below : [place, ...below];
}
