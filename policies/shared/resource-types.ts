/**
 * Type tokens of the resources that policies look at. Written out rather than taken from the SDKs' classes, because
 * loading those SDKs would make every preview slower.
 */
export const resourceTypes = {
  /** `docker.Service`: a slot of a service, or the edge. */
  dockerService: 'docker:index/service:Service',
  /** `command.local.Command`: the gate and the switchover. */
  localCommand: 'command:local:Command',
  /** `command.remote.Command`: what is done on a node over SSH. */
  remoteCommand: 'command:remote:Command',
  /** The component `Node`: one machine of the site. */
  node: 'evenkeel:index:Node',
} as const;
