import * as fc from 'fast-check';
import type { ServiceConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { fiveNodes, threeNodes } from '../test/sites';
import { definitionHash, goDuration, slotDefinition } from './slot-definition';

const full = fiveNodes().services[0]!;
const plain = threeNodes().services[0]!;
const release = { version: '1.5.0', digest: digestOf('b') };

describe('slotDefinition', () => {
  it('is a service on each of its nodes, with a port on the node itself', () => {
    expect(slotDefinition(full, 'green', release)).toEqual({
      name: 'shop-green',
      mode: { global: true },
      endpointSpec: {
        mode: 'dnsrr',
        ports: [{ protocol: 'tcp', publishMode: 'host', publishedPort: 18081, targetPort: 8080 }],
      },
      taskSpec: {
        containerSpec: {
          image: `registry.example.com/shop:1.5.0@${digestOf('b')}`,
          env: { LOG_LEVEL: 'info', CURRENCY: 'EUR' },
          stopSignal: 'SIGQUIT',
          stopGracePeriod: '1m30s',
          init: false,
        },
        placement: { constraints: ['node.labels.disk==ssd', 'node.labels.evenkeel.worker==true'] },
        restartPolicy: { condition: 'any', delay: '1s', maxAttempts: 0, window: '0s' },
        resources: { limits: { memoryBytes: 256 * 1024 ** 2, nanoCpus: 500_000_000 } },
      },
      updateConfig: {
        parallelism: 0,
        order: 'stop-first',
        failureAction: 'pause',
        delay: '0s',
        monitor: '1s',
      },
    });
  });

  it('differs between the slots of a release in nothing but name and port', () => {
    const { name: blueName, endpointSpec: blue, ...blueRest } = slotDefinition(full, 'blue', release);
    const { name: greenName, endpointSpec: green, ...greenRest } = slotDefinition(full, 'green', release);
    expect([blueName, greenName]).toEqual(['shop-blue', 'shop-green']);
    expect([blue.ports[0]!.publishedPort, green.ports[0]!.publishedPort]).toEqual([18080, 18081]);
    expect(blueRest).toEqual(greenRest);
  });

  it('is, of a service that rolls, on the nodes that are to run this slot', () => {
    const { placement } = slotDefinition({ ...plain, strategy: 'rolling' }, 'green', release).taskSpec;
    expect(placement.constraints).toEqual([
      'node.labels.evenkeel.slot.shop==green',
      'node.labels.evenkeel.worker==true',
    ]);
  });

  it('says that there are no limits where the config has none, so that those of before go', () => {
    expect(slotDefinition(plain, 'blue', release).taskSpec.resources).toEqual({
      limits: { memoryBytes: 0, nanoCpus: 0 },
    });
  });

  it.each([
    [{ memory: 1024 ** 3 }, { memoryBytes: 1024 ** 3, nanoCpus: 0 }],
    [{ cpus: 0.1 }, { memoryBytes: 0, nanoCpus: 100_000_000 }],
    [{ cpus: 0.29 }, { memoryBytes: 0, nanoCpus: 290_000_000 }], // 0.29 * 1e9 is 289999999.99999994
  ])('turns the limits %j into Docker’s units', (resources, limits) => {
    expect(slotDefinition({ ...plain, resources }, 'blue', release).taskSpec.resources).toEqual({ limits });
  });
});

describe('definitionHash', () => {
  const hash = (service: ServiceConfig, secrets: string[] = []) =>
    definitionHash(slotDefinition(service, 'blue', release), secrets);

  it('is short, and the same for equal configs', () => {
    expect(hash(full, ['a'])).toMatch(/^[0-9a-f]{16}$/);
    expect(hash(fiveNodes().services[0]!, ['a'])).toBe(hash(full, ['a']));
  });

  it.each<[string, ServiceConfig]>([
    ['the environment', { ...full, env: { LOG_LEVEL: 'debug' } }],
    ['the port', { ...full, port: 8081 }],
    ['the nodes', { ...full, nodes: {} }],
    ['a limit', { ...full, resources: {} }],
    ['the stop signal', { ...full, stopSignal: 'SIGTERM' }],
    ['the stop grace', { ...full, stopGrace: 1000 }],
  ])('changes with %s', (_, changed) => {
    expect(hash(changed)).not.toBe(hash(full));
  });

  it('changes with the release, and with the name of a secret', () => {
    const other = definitionHash(
      slotDefinition(full, 'blue', { version: '1.5.0', digest: digestOf('c') }),
      [],
    );
    expect(new Set([hash(full), other, hash(full, ['a']), hash(full, ['b'])]).size).toBe(4);
  });

  it.each<[string, ServiceConfig]>([
    ['the host names', { ...full, hostnames: ['shop.example.org'] }],
    ['the health check', { ...full, health: { path: '/', interval: 1000, timeout: 500 } }],
    ['the acceptance command', { ...full, acceptance: undefined }],
    ['the preview address', { ...full, preview: undefined }],
  ])('stays with %s, which no task knows of', (_, changed) => {
    expect(hash(changed)).toBe(hash(full));
  });
});

describe('goDuration', () => {
  it.each([
    [0, '0s'], // time.Duration.String, Go 1.26
    [1, '1ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [2050, '2.05s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [90_000, '1m30s'],
    [3_599_999, '59m59.999s'],
    [3_600_000, '1h0m0s'],
    [3_601_001, '1h0m1.001s'],
    [90_061_000, '25h1m1s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(goDuration(ms)).toBe(text);
  });

  it('is read back as the same time', () => {
    const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
    const read = (text: string) =>
      [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
        (sum, [, value, unit]) => sum + Number(value) * units[unit!]!,
        0,
      );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (ms) => {
        expect(read(goDuration(ms))).toBeCloseTo(ms, 6);
        expect(goDuration(ms)).toMatch(/^(\d+ms|(\d+h)?(\d+m)?\d+(\.\d{1,3})?s)$/);
      }),
    );
  });
});
