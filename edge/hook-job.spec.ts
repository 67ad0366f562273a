import { slotDefinition } from '../components/slot-definition';
import { fiveNodes, threeNodes } from '../test/sites';
import type { DueHook } from './due-hooks';
import { hookJob, hookServiceName } from './hook-job';

const until = '2026-11-21T13:00:00.000Z';

function job(site: ReturnType<typeof fiveNodes>) {
  const service = site.services[0]!;
  const slot = 'blue';
  const release = site.release.services[service.name]![slot]!;
  const due: DueHook = { service, hook: 'beforeSwitch', slot, release, previousVersion: '1.0.0' };
  const task = {
    due,
    site: site.site,
    words: ['migrate', 'up'],
    environment: { EVENKEEL_SLOT: slot },
    timeout: 1000,
  };
  return {
    spec: hookJob(
      task,
      [{ file: 'shop-db-password', id: 'abc', name: 'shop-db-password-0123456789ab' }],
      until,
    ),
    // What the slot itself gets: a hook is to find the same.
    slot: slotDefinition(service, slot, release),
  };
}

describe('hookJob', () => {
  it.each([
    ['with labels, limits, secrets and variables of its own', fiveNodes],
    ['with nothing but the defaults', threeNodes],
  ])('runs the image as its slot does, where it does: a service %s', (_, make) => {
    const { spec, slot } = job(make());
    const { containerSpec, placement, resources } = slot.taskSpec;
    const template = spec.TaskTemplate as {
      ContainerSpec: { Image: string; Env: string[]; StopSignal: string; StopGracePeriod: number };
      Placement: { Constraints: string[] };
      Resources: { Limits: { MemoryBytes?: number; NanoCPUs?: number } };
    };
    expect(template.ContainerSpec.Image).toBe(containerSpec.image);
    expect(template.ContainerSpec.StopSignal).toBe(containerSpec.stopSignal);
    expect(template.ContainerSpec.Env).toEqual([
      ...Object.entries(containerSpec.env).map(([name, value]) => `${name}=${value}`),
      'EVENKEEL_SLOT=blue',
    ]);
    expect([...template.Placement.Constraints].sort()).toEqual(placement.constraints);
    expect(template.Resources.Limits).toEqual({
      ...(resources?.limits.memoryBytes && { MemoryBytes: resources.limits.memoryBytes }),
      ...(resources?.limits.nanoCpus && { NanoCPUs: resources.limits.nanoCpus }),
    });
  });

  it('runs once, with the words, the secrets as files and no port, and is not started again', () => {
    const { spec } = job(fiveNodes());
    expect(spec).toMatchObject({
      Name: 'shop-hook',
      Labels: {
        'evenkeel.site': 'shop-eu',
        'evenkeel.service': 'shop',
        'evenkeel.hook': 'beforeSwitch',
        'evenkeel.hook.until': until,
      },
      Mode: { Replicated: { Replicas: 1 } },
      TaskTemplate: {
        ContainerSpec: {
          Args: ['migrate', 'up'],
          StopGracePeriod: 90_000_000_000,
          Secrets: [
            {
              SecretID: 'abc',
              SecretName: 'shop-db-password-0123456789ab',
              File: { Name: '/run/secrets/shop-db-password', UID: '0', GID: '0', Mode: 0o444 },
            },
          ],
        },
        RestartPolicy: { Condition: 'none' },
      },
    });
    expect(spec.EndpointSpec?.Ports).toBeUndefined();
  });

  it('has a name that no slot has and that Swarm takes for the longest service', () => {
    expect(hookServiceName('s'.repeat(57))).toHaveLength(62);
  });
});
