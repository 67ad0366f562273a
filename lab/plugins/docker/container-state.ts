import type { Bag, Json } from '../provider/json';
import { asBag, asBool, asList, asNumber, asText } from './reading';
import { shortDuration } from './short-duration';

/**
 * Reads the container's part of a Swarm service. What Docker does not say comes out as Terraform's zero value, or as
 * `null` for an object.
 *
 * @param spec `Spec.TaskTemplate.ContainerSpec` of the Docker API
 */
export function containerState(spec: Bag): Bag {
  return {
    image: asText(spec['Image']),
    labels: labelList(spec['Labels']),
    commands: asList(spec['Command']),
    args: asList(spec['Args']),
    hostname: asText(spec['Hostname']),
    env: environment(asList(spec['Env'])),
    dir: asText(spec['Dir']),
    user: asText(spec['User']),
    groups: asList(spec['Groups']),
    privileges: privileges(spec['Privileges']),
    readOnly: asBool(spec['ReadOnly']),
    mounts: asList(spec['Mounts']).map((mount) => mountState(asBag(mount))),
    stopSignal: asText(spec['StopSignal']),
    stopGracePeriod:
      spec['StopGracePeriod'] === undefined ? '' : shortDuration(asNumber(spec['StopGracePeriod'])),
    healthcheck: healthcheck(spec['Healthcheck']),
    hosts: asList(spec['Hosts']).map((host) => {
      const [ip = '', name = ''] = asText(host).split(' ');
      return { ip, host: name };
    }),
    dnsConfig: dnsConfig(spec['DNSConfig']),
    secrets: asList(spec['Secrets']).map((secret) => reference('Secret', 'secret', asBag(secret))),
    configs: asList(spec['Configs']).map((config) => reference('Config', 'config', asBag(config))),
    isolation: asText(spec['Isolation']),
    sysctl: asBag(spec['Sysctls']),
    capAdds: asList(spec['CapabilityAdd']),
    capDrops: asList(spec['CapabilityDrop']),
    init: asBool(spec['Init']),
  };
}

/** Labels as the official plugin has them, by name. */
export function labelList(labels: Json | undefined): Json[] {
  return Object.entries(asBag(labels))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

function environment(variables: Json[]): Bag {
  return Object.fromEntries(
    variables.map((variable) => {
      const [name = '', ...value] = asText(variable).split('=');
      return [name, value.join('=')];
    }),
  );
}

function healthcheck(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const check = asBag(spec);
  return {
    tests: asList(check['Test']),
    interval: shortDuration(asNumber(check['Interval'])),
    timeout: shortDuration(asNumber(check['Timeout'])),
    startPeriod: shortDuration(asNumber(check['StartPeriod'])),
    retries: asNumber(check['Retries']),
  };
}

function dnsConfig(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const given = (value: Json | undefined) => (asList(value).length === 0 ? null : asList(value));
  const config = asBag(spec);
  return {
    nameservers: given(config['Nameservers']),
    searches: given(config['Search']),
    options: given(config['Options']),
  };
}

function reference(api: 'Secret' | 'Config', property: 'secret' | 'config', spec: Bag): Bag {
  const file = asBag(spec['File']);
  return {
    [`${property}Id`]: asText(spec[`${api}ID`]),
    [`${property}Name`]: asText(spec[`${api}Name`]),
    fileName: asText(file['Name']),
    fileUid: asText(file['UID']),
    fileGid: asText(file['GID']),
    fileMode: asNumber(file['Mode']),
  };
}

function privileges(spec: Json | undefined): Json {
  if (spec === undefined || spec === null) return null;
  const { CredentialSpec: credentials = null, SELinuxContext: linux = null } = asBag(spec);
  return {
    credentialSpec:
      credentials === null
        ? null
        : { file: asText(asBag(credentials)['File']), registry: asText(asBag(credentials)['Registry']) },
    seLinuxContext:
      linux === null
        ? null
        : {
            disable: asBool(asBag(linux)['Disable']),
            user: asText(asBag(linux)['User']),
            role: asText(asBag(linux)['Role']),
            type: asText(asBag(linux)['Type']),
            level: asText(asBag(linux)['Level']),
          },
  };
}

function mountState(spec: Bag): Bag {
  const { BindOptions: bind = null, VolumeOptions: volume = null, TmpfsOptions: tmpfs = null } = spec;
  const driver = asBag(asBag(volume)['DriverConfig']);
  return {
    target: asText(spec['Target']),
    source: asText(spec['Source']),
    type: asText(spec['Type']),
    readOnly: asBool(spec['ReadOnly']),
    bindOptions: bind === null ? null : { propagation: asText(asBag(bind)['Propagation']) },
    volumeOptions:
      volume === null
        ? null
        : {
            noCopy: asBool(asBag(volume)['NoCopy']),
            labels: labelList(asBag(volume)['Labels']),
            driverName: asText(driver['Name']),
            driverOptions: asBag(driver['Options']),
          },
    tmpfsOptions:
      tmpfs === null
        ? null
        : { sizeBytes: asNumber(asBag(tmpfs)['SizeBytes']), mode: asNumber(asBag(tmpfs)['Mode']) },
  };
}
