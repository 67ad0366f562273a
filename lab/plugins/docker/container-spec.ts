import { randomInt } from 'node:crypto';
import type { Bag, Json } from '../provider/json';
import type { Attribute } from './attribute';
import { containerSpecFields } from './container-spec-fields';
import { goDuration } from './go-duration';
import { asBag, asBool, asList, asNumber, asText } from './reading';
import { inOrder } from './set-key';

/**
 * Writes the container's part of a Swarm service from a state without unknowns.
 *
 * Environment goes in random order, as the official plugin sends it (it walks a Go map), so that nobody relies on
 * an update that leaves two variables alone: Swarm takes another order for another task.
 *
 * @param state `taskSpec.containerSpec`
 */
export function containerSpec(state: Bag): Bag {
  const privileges = state['privileges'] ?? null;
  const dns = asBag(state['dnsConfig']);
  return {
    Image: withTag(asText(state['image'])),
    Labels: labelMap(state['labels']),
    Command: asList(state['commands']),
    Args: asList(state['args']),
    Hostname: asText(state['hostname']),
    Env: shuffled(Object.entries(asBag(state['env'])).map(([name, value]) => `${name}=${asText(value)}`)),
    Dir: asText(state['dir']),
    User: asText(state['user']),
    Groups: asList(state['groups']),
    ...(privileges === null ? {} : { Privileges: privilegesSpec(asBag(privileges)) }),
    ReadOnly: asBool(state['readOnly']),
    Mounts: ordered('mounts', state).map((mount) => mountSpec(asBag(mount))),
    StopSignal: asText(state['stopSignal']),
    // Without a grace time the official plugin sends zero, not nothing: such a container is killed at once.
    StopGracePeriod: nanoseconds(state['stopGracePeriod']),
    Healthcheck: healthcheckSpec(asBag(state['healthcheck'])),
    Hosts: ordered('hosts', state).map(
      (host) => `${asText(asBag(host)['ip'])} ${asText(asBag(host)['host'])}`,
    ),
    DNSConfig: {
      Nameservers: asList(dns['nameservers']),
      Search: asList(dns['searches']),
      Options: asList(dns['options']),
    },
    Secrets: ordered('secrets', state).map((secret) => fileReference('Secret', 'secret', asBag(secret))),
    Configs: ordered('configs', state).map((config) => fileReference('Config', 'config', asBag(config))),
    Isolation: asText(state['isolation']),
    Sysctls: asBag(state['sysctl']),
    CapabilityAdd: asList(state['capAdds']),
    CapabilityDrop: asList(state['capDrops']),
    Init: asBool(state['init']),
  };
}

/** Labels as Docker has them. */
export function labelMap(labels: Json | undefined): Bag {
  return Object.fromEntries(
    asList(labels).map((each) => [asText(asBag(each)['label']), asText(asBag(each)['value'])]),
  );
}

/** A duration as Docker has it; what can't be read counts as zero, as in the official plugin. */
export function nanoseconds(duration: Json | undefined): number {
  return goDuration(asText(duration)) ?? 0;
}

/** An image with a tag: Docker's client adds `latest` where there is neither tag nor digest. */
export function withTag(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return /[:@]/.test(name) || /^[0-9a-f]{64}$/.test(image) ? image : `${image}:latest`;
}

function ordered(name: string, state: Bag): Json[] {
  return inOrder(containerSpecFields[name] as Attribute, asList(state[name]));
}

function shuffled(values: string[]): string[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] as string, result[last] as string];
  }
  return result;
}

function healthcheckSpec(state: Bag): Bag {
  return {
    ...(asList(state['tests']).length === 0 ? {} : { Test: asList(state['tests']) }),
    Interval: nanoseconds(state['interval']),
    Timeout: nanoseconds(state['timeout']),
    StartPeriod: nanoseconds(state['startPeriod']),
    Retries: asNumber(state['retries']),
  };
}

function fileReference(api: 'Secret' | 'Config', property: 'secret' | 'config', state: Bag): Bag {
  return {
    [`${api}ID`]: asText(state[`${property}Id`]),
    [`${api}Name`]: asText(state[`${property}Name`]),
    File: {
      Name: asText(state['fileName']),
      UID: asText(state['fileUid']),
      GID: asText(state['fileGid']),
      Mode: asNumber(state['fileMode']),
    },
  };
}

function privilegesSpec(state: Bag): Bag {
  const credentials = state['credentialSpec'] ?? null;
  const linux = state['seLinuxContext'] ?? null;
  return {
    ...(credentials === null
      ? {}
      : {
          CredentialSpec: {
            File: asText(asBag(credentials)['registry']) || asText(asBag(credentials)['file']),
          },
        }),
    ...(linux === null
      ? {}
      : {
          SELinuxContext: {
            Disable: asBool(asBag(linux)['disable']),
            User: asText(asBag(linux)['user']),
            Role: asText(asBag(linux)['role']),
            Type: asText(asBag(linux)['type']),
            Level: asText(asBag(linux)['level']),
          },
        }),
  };
}

function mountSpec(state: Bag): Bag {
  const [bind, volume, tmpfs] = [state['bindOptions'], state['volumeOptions'], state['tmpfsOptions']].map(
    (options) => options ?? null,
  );
  return {
    Type: asText(state['type']),
    Target: asText(state['target']),
    Source: asText(state['source']),
    ReadOnly: asBool(state['readOnly']),
    ...(bind === null ? {} : { BindOptions: { Propagation: asText(asBag(bind)['propagation']) } }),
    ...(volume === null ? {} : { VolumeOptions: volumeOptionsSpec(asBag(volume)) }),
    ...(tmpfs === null
      ? {}
      : {
          TmpfsOptions: {
            SizeBytes: asNumber(asBag(tmpfs)['sizeBytes']),
            Mode: asNumber(asBag(tmpfs)['mode']),
          },
        }),
  };
}

function volumeOptionsSpec(state: Bag): Bag {
  return {
    NoCopy: asBool(state['noCopy']),
    Labels: labelMap(state['labels']),
    DriverConfig: { Name: asText(state['driverName']), Options: asBag(state['driverOptions']) },
  };
}
