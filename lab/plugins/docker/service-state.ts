import type { Bag, Json } from '../provider/json';
import { containerState, labelList } from './container-state';
import { asBag, asList, asNumber, asText } from './reading';
import { shortDuration } from './short-duration';

/**
 * Reads a Swarm service as the official plugin stores it. `auth` and `convergeConfig` are not in it: Docker does not
 * know them.
 *
 * @param service a service of the Docker API
 */
export function serviceState(service: Bag): Bag {
  const spec = asBag(service['Spec']);
  return {
    name: asText(spec['Name']),
    labels: labelList(spec['Labels']),
    taskSpec: taskState(asBag(spec['TaskTemplate'])),
    mode: mode(asBag(spec['Mode'])),
    updateConfig: rolling(spec['UpdateConfig']),
    rollbackConfig: rolling(spec['RollbackConfig']),
    endpointSpec: endpoint(asBag(service['Endpoint']), asBag(spec['EndpointSpec'])),
  };
}

function taskState(spec: Bag): Bag {
  const log = spec['LogDriver'] ?? null;
  return {
    containerSpec: containerState(asBag(spec['ContainerSpec'])),
    resources: resources(spec['Resources']),
    restartPolicy: restartPolicy(spec['RestartPolicy']),
    placement: placement(spec['Placement']),
    forceUpdate: asNumber(spec['ForceUpdate']),
    runtime: asText(spec['Runtime']),
    networksAdvanceds: asList(spec['Networks'])
      .map(asBag)
      .map((network) => ({
        aliases: asList(network['Aliases']),
        driverOpts: Object.entries(asBag(network['DriverOpts'])).map(
          ([name, value]) => `${name}=${asText(value)}`,
        ),
        id: asText(network['Target']),
        name: '',
      })),
    logDriver:
      log === null ? null : { name: asText(asBag(log)['Name']), options: asBag(asBag(log)['Options']) },
  };
}

function resources(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const { Limits: limits = null, Reservations: reservations = null } = asBag(spec);
  const amounts = (value: Json) => ({
    nanoCpus: asNumber(asBag(value)['NanoCPUs']),
    memoryBytes: asNumber(asBag(value)['MemoryBytes']),
  });
  return {
    limits: limits === null ? null : amounts(limits),
    reservation:
      reservations === null
        ? null
        : {
            ...amounts(reservations),
            genericResources: generic(asList(asBag(reservations)['GenericResources'])),
          },
  };
}

function generic(specs: Json[]): Json {
  if (specs.length === 0) return null;
  const pairs = (kind: string) =>
    specs
      .map((each) => asBag(each)[kind] ?? null)
      .filter((each) => each !== null)
      .map((each) => `${asText(asBag(each)['Kind'])}=${asText(asBag(each)['Value'])}`);
  return {
    namedResourcesSpecs: pairs('NamedResourceSpec'),
    discreteResourcesSpecs: pairs('DiscreteResourceSpec'),
  };
}

function restartPolicy(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const policy = asBag(spec);
  const duration = (value: Json | undefined) => (value === undefined ? '' : shortDuration(asNumber(value)));
  return {
    condition: asText(policy['Condition']),
    delay: duration(policy['Delay']),
    maxAttempts: asNumber(policy['MaxAttempts']),
    window: duration(policy['Window']),
  };
}

function placement(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const place = asBag(spec);
  return {
    constraints: [...asList(place['Constraints'])].sort(),
    prefs: asList(place['Preferences'])
      .map((each) => asText(asBag(asBag(each)['Spread'])['SpreadDescriptor']))
      .sort(),
    platforms: asList(place['Platforms']).map((each) => ({
      architecture: asText(asBag(each)['Architecture']),
      os: asText(asBag(each)['OS']),
    })),
    maxReplicas: asNumber(place['MaxReplicas']),
  };
}

function mode(spec: Bag): Bag {
  const { Replicated: replicated = null, Global: global = null } = spec;
  return {
    global: global !== null,
    replicated: replicated === null ? null : { replicas: asNumber(asBag(replicated)['Replicas']) },
  };
}

function rolling(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const config = asBag(spec);
  return {
    parallelism: asNumber(config['Parallelism']),
    delay: shortDuration(asNumber(config['Delay'])),
    failureAction: asText(config['FailureAction']),
    monitor: shortDuration(asNumber(config['Monitor'])),
    maxFailureRatio: asNumber(config['MaxFailureRatio']).toFixed(1),
    order: asText(config['Order']),
  };
}

/** The endpoint that Swarm has made, with the ports that it has chosen; before that, the one that is asked for. */
function endpoint(made: Bag, asked: Bag): Bag {
  const ready = asText(asBag(made['Spec'])['Mode']) !== '';
  return {
    mode: asText((ready ? asBag(made['Spec']) : asked)['Mode']),
    ports: asList((ready ? made : asked)['Ports'])
      .map(asBag)
      .map((port) => ({
        name: asText(port['Name']),
        protocol: asText(port['Protocol']),
        targetPort: asNumber(port['TargetPort']),
        publishedPort: asNumber(port['PublishedPort']),
        publishMode: asText(port['PublishMode']),
      })),
  };
}
