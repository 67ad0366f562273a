import type Docker from 'dockerode';
import { releaseImage } from './candidate';
import type { DueHook } from './due-hooks';
import type { AttachedSecret } from './hook-secrets';
import { workerNodeLabel } from './swarm-state';

/** Label of a hook's Swarm service: ISO time after which whoever made it must have taken it away, or is dead. */
export const hookUntilLabel = 'evenkeel.hook.until';

/** Label of a hook's Swarm service: which hook it is. */
export const hookLabel = 'evenkeel.hook';

/** A hook that is a task, with all it is made of. */
export interface HookTask {
  due: DueHook;
  /** Name of the site. */
  site: string;
  /** What the image is run with. */
  words: readonly string[];
  /** On top of the service's own. */
  environment: Readonly<Record<string, string>>;
  /** How long it may run, in ms. */
  timeout: number;
}

/** Name of the Swarm service that a service's hooks run in, one at a time. A slot's ends otherwise. */
export function hookServiceName(service: string): string {
  return `${service}-hook`;
}

/**
 * The Swarm service of a hook, as Docker's API 1.41 has it: one task that is not started again, however it ends. What the
 * image gets is what it gets in a slot, but for the port.
 *
 * It is no job of Swarm's (`ReplicatedJob`): up to Docker 23, the tasks of a job outlive its service, the running ones too
 * (moby/moby#44312; measured on 20.10: a container that ran too long went on running).
 *
 * @param until for `hookUntilLabel`.
 */
export function hookJob(
  { due, site, words, environment }: HookTask,
  secrets: readonly AttachedSecret[],
  until: string,
): Docker.CreateServiceOptions {
  const { service, hook, release } = due;
  const { memory, cpus } = service.resources;
  return {
    Name: hookServiceName(service.name),
    Labels: {
      'evenkeel.site': site,
      'evenkeel.service': service.name,
      [hookLabel]: hook,
      [hookUntilLabel]: until,
    },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: 'dnsrr' }, // a VIP of Swarm's needs IPVS, and nobody would use it
    TaskTemplate: {
      ContainerSpec: {
        Image: releaseImage(service, release),
        Args: [...words],
        Env: Object.entries({ ...service.env, ...environment }).map(([name, value]) => `${name}=${value}`),
        Secrets: secrets.map(({ file, id, name }) => ({
          SecretID: id,
          SecretName: name,
          File: { Name: `/run/secrets/${file}`, UID: '0', GID: '0', Mode: 0o444 },
        })),
        StopSignal: service.stopSignal,
        StopGracePeriod: service.stopGrace * 1e6, // nanoseconds
        Init: false,
        HealthCheck: { Test: ['NONE'] }, // the image's own is for a service that listens: Swarm would kill the task by it
      },
      Resources: {
        Limits: {
          ...(memory === undefined ? {} : { MemoryBytes: memory }),
          ...(cpus === undefined ? {} : { NanoCPUs: Math.round(cpus * 1e9) }),
        },
      },
      Placement: {
        Constraints: [
          `node.labels.${workerNodeLabel}==true`,
          ...Object.entries(service.nodes).map(([label, value]) => `node.labels.${label}==${value}`),
        ],
      },
      RestartPolicy: { Condition: 'none' },
    },
  };
}
