import type { Attribute, Fields } from './attribute';
import { containerSpecFields } from './container-spec-fields';
import { block, blocks, blockSet, bool, int, labels, map, stringSet, text } from './fields';
import { duration, notNegative, oneOf, ratio } from './validators';

/** How tasks follow one another in an update, or in the rollback of one. The patterns differ in the official plugin. */
function rolling(failureAction: string, order: string): Attribute {
  return block({
    parallelism: int({ fallback: 1, refuse: notNegative }),
    delay: text({ fallback: '0s', refuse: duration }),
    failureAction: text({ fallback: 'pause', refuse: oneOf(failureAction) }),
    monitor: text({ fallback: '5s', refuse: duration }),
    maxFailureRatio: text({
      fallback: '0.0',
      refuse: ratio,
      alike: (one, other) => Number(one) === Number(other),
    }),
    order: text({ fallback: 'stop-first', refuse: oneOf(order) }),
  });
}

const taskSpec: Fields = {
  containerSpec: block(containerSpecFields, { use: 'required' }),
  resources: block(
    {
      limits: block({ nanoCpus: int(), memoryBytes: int() }),
      reservation: block({
        nanoCpus: int(),
        memoryBytes: int(),
        genericResources: block({
          namedResourcesSpecs: stringSet({ terraform: 'named_resources_spec' }),
          discreteResourcesSpecs: stringSet({ terraform: 'discrete_resources_spec' }),
        }),
      }),
    },
    { use: 'computed' },
  ),
  restartPolicy: block(
    {
      condition: text({ refuse: oneOf('^(none|on-failure|any)$') }),
      delay: text({ refuse: duration }),
      maxAttempts: int({ refuse: notNegative }),
      window: text({ refuse: duration }),
    },
    { use: 'computed' },
  ),
  placement: block(
    {
      constraints: stringSet(),
      prefs: stringSet(),
      maxReplicas: int({ refuse: notNegative }),
      platforms: blockSet({ architecture: text({ use: 'required' }), os: text({ use: 'required' }) }),
    },
    { use: 'computed' },
  ),
  forceUpdate: int({ use: 'computed', refuse: notNegative }),
  runtime: text({ use: 'computed', refuse: oneOf('^(container|plugin)$') }),
  networksAdvanceds: blockSet(
    {
      name: text({ forcesNew: true }),
      id: text({ forcesNew: true }),
      aliases: stringSet({ forcesNew: true }),
      driverOpts: stringSet({ forcesNew: true }),
    },
    { terraform: 'networks_advanced' },
  ),
  logDriver: block({ name: text({ use: 'required' }), options: map() }),
};

/** The properties of a `docker.Service`, as in terraform-provider-docker 4.5.0, which @pulumi/docker 5.2.0 is made of. */
export const serviceFields: Fields = {
  auth: block(
    {
      serverAddress: text({ use: 'required', forcesNew: true }),
      username: text({ forcesNew: true }),
      password: text({ forcesNew: true, secret: true }),
    },
    { forcesNew: true },
  ),
  name: text({ use: 'required', forcesNew: true }),
  labels: labels({ use: 'computed' }),
  taskSpec: block(taskSpec, { use: 'required' }),
  mode: block(
    {
      replicated: block(
        { replicas: int({ fallback: 1, refuse: notNegative }) },
        { use: 'computed', conflictsWith: ['mode.0.global'] },
      ),
      global: bool({ fallback: false, conflictsWith: ['mode.0.replicated', 'converge_config'] }),
    },
    { use: 'computed', forcesNew: true },
  ),
  updateConfig: rolling('^(pause|continue|rollback)$', '^(stop-first|start-first)$'),
  rollbackConfig: rolling('(pause|continue)', '(stop-first|start-first)'),
  endpointSpec: block(
    {
      mode: text({ use: 'computed', refuse: oneOf('^(vip|dnsrr)$') }),
      ports: blocks({
        name: text(),
        protocol: text({ fallback: 'tcp', refuse: oneOf('^(tcp|udp|sctp)$') }),
        targetPort: int({ use: 'required' }),
        publishedPort: int({ use: 'computed' }),
        publishMode: text({ fallback: 'ingress', refuse: oneOf('^(host|ingress)$') }),
      }),
    },
    { use: 'computed' },
  ),
  convergeConfig: block(
    {
      delay: text({ fallback: '7s', refuse: duration }),
      timeout: text({ fallback: '3m', refuse: duration }),
    },
    { conflictsWith: ['mode.0.global'] },
  ),
};
