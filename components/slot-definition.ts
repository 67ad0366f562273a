import { createHash } from 'node:crypto';
import type { Release, ServiceConfig, SlotName } from '../config/site-config';
import { releaseImage, slotServiceName } from '../edge/candidate';
import { goDuration } from '../edge/go-duration';
import { slotConstraint } from '../edge/slot-of-node';
import { workerNodeLabel } from '../edge/swarm-state';

/** A slot's Swarm service in plain values, in the docker plugin's form, without labels and secrets. */
export function slotDefinition(service: ServiceConfig, slot: SlotName, release: Release) {
  const { memory, cpus } = service.resources;
  return {
    name: slotServiceName(service.name, slot),
    mode: { global: true },
    endpointSpec: {
      mode: 'dnsrr', // a VIP of Swarm's needs IPVS, and nobody would use it
      ports: [
        {
          protocol: 'tcp',
          publishMode: 'host',
          publishedPort: service.slotPorts[slot],
          targetPort: service.port,
        },
      ],
    },
    taskSpec: {
      containerSpec: {
        image: releaseImage(service, release),
        env: service.env,
        stopSignal: service.stopSignal,
        stopGracePeriod: goDuration(service.stopGrace),
        init: false,
      },
      placement: {
        constraints: [
          `node.labels.${workerNodeLabel}==true`,
          ...Object.entries(service.nodes).map(([label, value]) => `node.labels.${label}==${value}`),
          ...(service.strategy === 'rolling' ? [slotConstraint(service.name, slot)] : []),
        ].sort(),
      },
      // Said in full, also where it is Docker's default: an update whose template comes out equal restarts nothing.
      restartPolicy: { condition: 'any', delay: '1s', maxAttempts: 0, window: '0s' },
      // Said also without limits (0 is none): the plugin keeps what a service has when `resources` is left out.
      resources: { limits: { memoryBytes: memory ?? 0, nanoCpus: Math.round((cpus ?? 0) * 1e9) } },
    },
    // The slot is idle when it is updated: all nodes at once. A host port can't be taken twice, so the old task stops first.
    updateConfig: { parallelism: 0, order: 'stop-first', failureAction: 'pause', delay: '0s', monitor: '1s' },
  };
}

/** Hash of a definition, for `definitionLabel`; `secrets` are the names of the Swarm secrets that go with it. */
export function definitionHash(
  definition: ReturnType<typeof slotDefinition>,
  secrets: readonly string[],
): string {
  return createHash('sha256')
    .update(JSON.stringify([definition, secrets]))
    .digest('hex')
    .slice(0, 16);
}

export { goDuration };
