import { createHash } from 'node:crypto';
import { httpsPort } from '../config/https-port';
import type { EdgeConfig } from '../config/site-config';
import { edgeDirectory, haproxyUser } from './edge-paths';
import { edgeVariable, edgeVariableTemplate, entryCommand, followTime } from './entry-command';
import { goDuration } from './go-duration';
import { edgeContainerPort, edgeContainerTlsPort } from './haproxy-cfg';
import { edgeNodeLabel } from './swarm-state';

/** How long Swarm waits for an edge beyond its way out of traffic and `hard-stop-after` before it kills it, in ms. */
const stopReserve = 5000;

/**
 * The part of the edge's Swarm service whose change restarts the edges, in plain values and in the docker plugin's form.
 * Nothing of a release is in it: the pointer and haproxy.cfg are labels.
 */
export function edgeTemplate(edge: EdgeConfig) {
  return {
    endpointSpec: {
      mode: 'dnsrr',
      ports: [
        {
          protocol: 'tcp',
          publishMode: 'host',
          publishedPort: edge.ports.http,
          targetPort: edgeContainerPort,
        },
        ...(edge.tls
          ? [
              {
                protocol: 'tcp',
                publishMode: 'host',
                publishedPort: httpsPort(edge),
                targetPort: edgeContainerTlsPort,
              },
            ]
          : []),
      ],
    },
    taskSpec: {
      containerSpec: {
        image: edge.image,
        commands: edge.tls ? withPort(httpsPort(edge)) : entryCommand,
        // One variable only: the plugin sends several in random order, and each order would be another template.
        env: { [edgeVariable]: edgeVariableTemplate },
        user: `${haproxyUser}:${haproxyUser}`,
        capDrops: ['ALL'],
        readOnly: true,
        mounts: [{ type: 'bind', source: edgeDirectory, target: edgeDirectory }],
        // SIGTERM cuts requests in flight, SIGUSR1 lets them end (measured, DESIGN.md).
        stopSignal: 'SIGUSR1',
        stopGracePeriod: goDuration(
          Math.ceil((followTime + edge.timeouts.hardStop + stopReserve) / 1000) * 1000,
        ),
        init: false,
      },
      placement: { constraints: [`node.labels.${edgeNodeLabel}==true`] },
      restartPolicy: { condition: 'any', delay: '1s', maxAttempts: 0, window: '0s' },
      // Said also without a limit (0 is none): the plugin keeps what a service has when `resources` is left out
      // (terraform-provider-docker, resource_docker_service.go: optional and computed).
      resources: { limits: { memoryBytes: edge.limits.memory ?? 0 } },
    },
  };
}

/**
 * Swarm makes no task anew for another port alone (measured, Docker 20.10), so the container has to be another one too. A remark in its
 * command: the plugin replaces a service whose container's labels change, and keeps `forceUpdate` when it is left out again.
 */
function withPort(port: number): string[] {
  const [shell = '', options = '', script = ''] = entryCommand;
  return [shell, options, `${script}# HTTPS: ${port}\n`];
}

/** Hash of the template, for the label `evenkeel.template`. */
export function edgeTemplateHash(edge: EdgeConfig): string {
  return createHash('sha256')
    .update(JSON.stringify(edgeTemplate(edge)))
    .digest('hex')
    .slice(0, 16);
}
