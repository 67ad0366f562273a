import type { Fields } from './attribute';
import { block, blockSet, bool, fixedLabels, int, map, strings, text } from './fields';
import { duration, notNegative, oneOf } from './validators';

/** Where a secret or a config appears in the container. */
const asFile: Fields = {
  fileName: text({ use: 'required' }),
  fileUid: text({ fallback: '0' }),
  fileGid: text({ fallback: '0' }),
  fileMode: int({ fallback: 0o444, refuse: notNegative }),
};

const mount: Fields = {
  target: text({ use: 'required' }),
  source: text(),
  type: text({ use: 'required', refuse: oneOf('^(bind|volume|tmpfs)$') }),
  readOnly: bool(),
  bindOptions: block({
    propagation: text({
      fallback: 'rprivate',
      refuse: oneOf('^(private|rprivate|shared|rshared|slave|rslave)$'),
    }),
  }),
  volumeOptions: block({
    noCopy: bool(),
    labels: fixedLabels(),
    driverName: text(),
    driverOptions: map(),
  }),
  tmpfsOptions: block({ sizeBytes: int(), mode: int() }),
};

/** `taskSpec.containerSpec` of a `docker.Service`, as in terraform-provider-docker 4.5.0. */
export const containerSpecFields: Fields = {
  image: text({ use: 'required' }),
  labels: fixedLabels(),
  commands: strings({ terraform: 'command' }),
  args: strings(),
  hostname: text(),
  env: map(),
  dir: text(),
  user: text(),
  groups: strings(),
  privileges: block({
    credentialSpec: block({ file: text(), registry: text() }),
    seLinuxContext: block({ disable: bool(), user: text(), role: text(), type: text(), level: text() }),
  }),
  readOnly: bool(),
  mounts: blockSet(mount),
  stopSignal: text(),
  stopGracePeriod: text({ use: 'computed', refuse: duration }),
  healthcheck: block(
    {
      tests: strings({ terraform: 'test' }),
      interval: text({ fallback: '0s', refuse: duration }),
      timeout: text({ fallback: '0s', refuse: duration }),
      startPeriod: text({ fallback: '0s', refuse: duration }),
      retries: int({ fallback: 0, refuse: notNegative }),
    },
    { use: 'computed' },
  ),
  hosts: blockSet(
    {
      ip: text({ use: 'required', forcesNew: true }),
      host: text({ use: 'required', forcesNew: true }),
    },
    { forcesNew: true },
  ),
  dnsConfig: block(
    {
      nameservers: strings({ use: 'required' }),
      searches: strings({ terraform: 'search' }),
      options: strings(),
    },
    { use: 'computed' },
  ),
  secrets: blockSet({ secretId: text({ use: 'required' }), secretName: text(), ...asFile }),
  configs: blockSet({ configId: text({ use: 'required' }), configName: text(), ...asFile }),
  isolation: text({ fallback: 'default', refuse: oneOf('^(default|process|hyperv)$') }),
  sysctl: map({ forcesNew: true }),
  capAdds: strings({ terraform: 'cap_add' }),
  capDrops: strings({ terraform: 'cap_drop' }),
  init: bool({ use: 'computed' }),
};
