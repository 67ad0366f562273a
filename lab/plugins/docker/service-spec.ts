import type { Bag, Json } from '../provider/json';
import { isUnknown } from '../provider/special-value';
import type { Attribute } from './attribute';
import { containerSpec, labelMap, nanoseconds } from './container-spec';
import { asBag, asBool, asList, asNumber, asText } from './reading';
import { serviceFields } from './service-fields';
import { inOrder } from './set-key';

/**
 * Writes a whole Swarm service as the official plugin does at each creation and each update: all of it from the plan,
 * nothing from the service as it is.
 *
 * @param planned the state that shall be; what is unknown in it is left to Docker
 * @throws Error where a network has neither an ID nor a name
 */
export function serviceSpec(planned: Bag): Bag {
  const state = known(planned) as Bag;
  const [update, rollback] = [state['updateConfig'] ?? null, state['rollbackConfig'] ?? null];
  return {
    Name: asText(state['name']),
    Labels: labelMap(state['labels']),
    TaskTemplate: taskSpec(asBag(state['taskSpec'])),
    Mode: modeSpec(asBag(state['mode'])),
    ...(update === null ? {} : { UpdateConfig: rollingSpec(asBag(update)) }),
    ...(rollback === null ? {} : { RollbackConfig: rollingSpec(asBag(rollback)) }),
    EndpointSpec: endpointSpec(asBag(state['endpointSpec'])),
  };
}

/** Puts nothing in the place of what is unknown. */
function known(value: Json): Json {
  if (isUnknown(value)) return null;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, known(member)]));
}

const taskFields = serviceFields['taskSpec']?.fields ?? {};

function taskSpec(state: Bag): Bag {
  const [restart, log] = [state['restartPolicy'] ?? null, state['logDriver'] ?? null];
  return {
    ContainerSpec: containerSpec(asBag(state['containerSpec'])),
    Resources: resourcesSpec(asBag(state['resources'])),
    // A policy that is given is sent whole, with zeros for what it leaves out; one that is not is left to Docker.
    RestartPolicy: restart === null ? {} : restartPolicySpec(asBag(restart)),
    Placement: placementSpec(asBag(state['placement'])),
    ForceUpdate: asNumber(state['forceUpdate']),
    Runtime: asText(state['runtime']),
    Networks: inOrder(taskFields['networksAdvanceds'] as Attribute, asList(state['networksAdvanceds'])).map(
      (network) => networkSpec(asBag(network)),
    ),
    ...(log === null
      ? {}
      : { LogDriver: { Name: asText(asBag(log)['name']), Options: asBag(asBag(log)['options']) } }),
  };
}

function resourcesSpec(state: Bag): Bag {
  const [limits, reservation] = [state['limits'] ?? null, state['reservation'] ?? null];
  const amounts = (value: Json) => ({
    NanoCPUs: asNumber(asBag(value)['nanoCpus']),
    MemoryBytes: asNumber(asBag(value)['memoryBytes']),
  });
  return {
    ...(limits === null ? {} : { Limits: amounts(limits) }),
    ...(reservation === null
      ? {}
      : {
          Reservations: {
            ...amounts(reservation),
            GenericResources: genericResources(asBag(asBag(reservation)['genericResources'])),
          },
        }),
  };
}

function genericResources(state: Bag): Json[] {
  const pairs = (specs: Json | undefined) => asList(specs).map((each) => asText(each).split('='));
  return [
    ...pairs(state['namedResourcesSpecs']).map(([Kind = '', Value = '']) => ({
      NamedResourceSpec: { Kind, Value },
    })),
    ...pairs(state['discreteResourcesSpecs']).map(([Kind = '', value = '']) => ({
      DiscreteResourceSpec: { Kind, Value: Number(value) },
    })),
  ];
}

function restartPolicySpec(state: Bag): Bag {
  return {
    Condition: asText(state['condition']),
    Delay: nanoseconds(state['delay']),
    MaxAttempts: asNumber(state['maxAttempts']),
    Window: nanoseconds(state['window']),
  };
}

function placementSpec(state: Bag): Bag {
  const sorted = (name: string) =>
    inOrder(taskFields['placement']?.fields?.[name] as Attribute, asList(state[name]));
  return {
    Constraints: sorted('constraints'),
    Preferences: sorted('prefs').map((preference) => ({ Spread: { SpreadDescriptor: preference } })),
    Platforms: sorted('platforms').map((platform) => ({
      Architecture: asText(asBag(platform)['architecture']),
      OS: asText(asBag(platform)['os']),
    })),
    MaxReplicas: asNumber(state['maxReplicas']),
  };
}

function networkSpec(state: Bag): Bag {
  const target = asText(state['id']) || asText(state['name']);
  if (target === '') throw new Error("network 'name' or 'id' must be specified");
  return {
    Target: target,
    Aliases: asList(state['aliases']),
    DriverOpts: Object.fromEntries(
      asList(state['driverOpts']).map((option) => {
        const [name = '', ...value] = asText(option).split('=');
        return [name, value.join('=')];
      }),
    ),
  };
}

function modeSpec(state: Bag): Bag {
  if (asBool(state['global'])) return { Global: {} };
  const replicated = state['replicated'] ?? null;
  return replicated === null ? {} : { Replicated: { Replicas: asNumber(asBag(replicated)['replicas']) } };
}

function rollingSpec(state: Bag): Bag {
  return {
    Parallelism: asNumber(state['parallelism']),
    Delay: nanoseconds(state['delay']),
    FailureAction: asText(state['failureAction']),
    Monitor: nanoseconds(state['monitor']),
    MaxFailureRatio: asNumber(state['maxFailureRatio']),
    Order: asText(state['order']),
  };
}

function endpointSpec(state: Bag): Bag {
  return {
    Mode: asText(state['mode']),
    Ports: asList(state['ports'])
      .map(asBag)
      .map((port) => ({
        Name: asText(port['name']),
        Protocol: asText(port['protocol']),
        TargetPort: asNumber(port['targetPort']),
        PublishedPort: asNumber(port['publishedPort']),
        PublishMode: asText(port['publishMode']),
      })),
  };
}
