import type { Bag } from '../provider/json';
import { plan } from './plan';
import { serviceFields } from './service-fields';
import { serviceSpec } from './service-spec';
import { withDefaults } from './with-defaults';

const spec = (inputs: Bag) => serviceSpec(plan(serviceFields, withDefaults(serviceFields, inputs, {}), null));
const env = (service: Bag) => ((service['TaskTemplate'] as Bag)['ContainerSpec'] as Bag)['Env'] as string[];

describe('serviceSpec', () => {
  it('writes a slot as the Docker API has it', () => {
    const image = `registry.example.com/shop:1.4.2@sha256:${'a'.repeat(64)}`;
    const slot = spec({
      name: 'shop-blue',
      labels: [{ label: 'evenkeel.slot', value: 'blue' }],
      mode: { global: true },
      taskSpec: {
        containerSpec: {
          image,
          env: { PORT: '8080' },
          stopSignal: 'SIGTERM',
          stopGracePeriod: '10s',
          healthcheck: { tests: ['CMD', 'true'], interval: '2s' },
          secrets: [{ secretId: 'id', secretName: 'db', fileName: '/run/secrets/db' }],
        },
        placement: { constraints: ['node.labels.evenkeel.worker==true'] },
        resources: { limits: { memoryBytes: 1024 } },
        restartPolicy: { condition: 'any', delay: '1s', window: '0s' },
      },
      endpointSpec: { ports: [{ targetPort: 8080, publishedPort: 18080, publishMode: 'host' }] },
      updateConfig: { failureAction: 'pause', monitor: '5s' },
    });
    expect(slot).toEqual({
      Name: 'shop-blue',
      Labels: { 'evenkeel.slot': 'blue' },
      Mode: { Global: {} },
      EndpointSpec: {
        Mode: '',
        Ports: [{ Name: '', Protocol: 'tcp', TargetPort: 8080, PublishedPort: 18080, PublishMode: 'host' }],
      },
      UpdateConfig: {
        Parallelism: 1,
        Delay: 0,
        FailureAction: 'pause',
        Monitor: 5e9,
        MaxFailureRatio: 0,
        Order: 'stop-first',
      },
      TaskTemplate: {
        ContainerSpec: expect.objectContaining({
          Image: image,
          Env: ['PORT=8080'],
          StopSignal: 'SIGTERM',
          StopGracePeriod: 10e9,
          Healthcheck: { Test: ['CMD', 'true'], Interval: 2e9, Timeout: 0, StartPeriod: 0, Retries: 0 },
          Secrets: [
            {
              SecretID: 'id',
              SecretName: 'db',
              File: { Name: '/run/secrets/db', UID: '0', GID: '0', Mode: 0o444 },
            },
          ],
          Isolation: 'default',
          Init: false,
        }) as unknown,
        Resources: { Limits: { NanoCPUs: 0, MemoryBytes: 1024 } },
        RestartPolicy: { Condition: 'any', Delay: 1e9, MaxAttempts: 0, Window: 0 },
        Placement: {
          Constraints: ['node.labels.evenkeel.worker==true'],
          Preferences: [],
          Platforms: [],
          MaxReplicas: 0,
        },
        ForceUpdate: 0,
        Runtime: '',
        Networks: [],
      },
    });
  });

  it('sends variables in another order each time, and one variable always the same', () => {
    const service = (variables: Bag) =>
      spec({ name: 'x', taskSpec: { containerSpec: { image: 'x', env: variables } } });
    const many = { A: '1', B: '2', C: '3', D: '4', E: '5', F: '6' };
    const orders = new Set(Array.from({ length: 50 }, () => env(service(many)).join()));
    expect(orders.size).toBeGreaterThan(1);
    expect(new Set([...orders].map((order) => order.split(',').sort().join()))).toEqual(
      new Set(['A=1,B=2,C=3,D=4,E=5,F=6']),
    );
    expect(env(service({ POINTER: '{{index .Service.Labels "evenkeel.pointer"}}' }))).toEqual([
      'POINTER={{index .Service.Labels "evenkeel.pointer"}}',
    ]);
  });

  it('refuses a network without an ID and a name', () => {
    const inputs = {
      name: 'x',
      taskSpec: { containerSpec: { image: 'x' }, networksAdvanceds: [{ aliases: ['y'] }] },
    };
    expect(() => spec(inputs)).toThrow("network 'name' or 'id' must be specified");
  });
});
