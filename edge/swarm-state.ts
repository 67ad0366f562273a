import type Docker from 'dockerode';

/** Name of the Swarm service that is the site's edges. */
export const edgeServiceName = 'evenkeel-edge';

/** Label of a Swarm node that holds the name it has in the config. */
export const nodeNameLabel = 'evenkeel.node';

/** Labels of a Swarm node that the placement of edges and of slots asks for. */
export const edgeNodeLabel = 'evenkeel.edge';
export const workerNodeLabel = 'evenkeel.worker';

/**
 * Label of a Swarm node that was taken out of service on purpose: what for, since when and by whom, in words. In the
 * Swarm's own log, so that an `up` from any checkout leaves the node alone until it is brought back.
 */
export const outNodeLabel = 'evenkeel.out';

/** Label of a slot's Swarm service with the hash of its definition: says whether an `up` would change the slot. */
export const definitionLabel = 'evenkeel.definition';

/** A machine, as the Swarm sees it. */
export interface SwarmNode {
  id: string;
  /** Name in the config; undefined for a machine that Evenkeel did not join. */
  name?: string;
  /** Empty for one that never showed up. */
  hostname: string;
  /** Where the managers see it; empty while they don't. */
  address: string;
  /** Of a manager: where the others find it (`address:port`), as it was told when it joined. */
  advertised?: string;
  role: 'manager' | 'worker';
  /** Swarm's word: `ready`, `down`, `unknown`, `disconnected`. */
  state: string;
  availability: string;
  /** Of a manager, as the other managers see it: `reachable`, `unreachable`, `unknown`; undefined for a worker. */
  reachability?: string;
  /** Whether it leads the managers. */
  leader?: boolean;
  /** Docker's version; undefined for one that never showed up. */
  engine?: string;
  labels: Record<string, string>;
  version: number;
}

/** A task of a service, as far as it is used. */
export interface SwarmTask {
  id: string;
  nodeId: string;
  state: string;
  desiredState: string;
  /** ISO time at which Swarm made the task: the labels in its environment are those of that moment. */
  createdAt: string;
  /** ISO time of its last change of state. */
  changedAt: string;
  /** Full ID; empty before the container was made. */
  containerId: string;
  /** Of the container's process; while it runs 0, and undefined before the container was made. */
  exitCode?: number;
  image: string;
  /** What the container is made from (image, environment, secrets and all), as text: see `containerSpecOf`. */
  containerSpec: string;
  /** Why the task failed, or what it is doing. */
  message: string;
}

/** States of a task that ended badly. */
export const failedStates: ReadonlySet<string> = new Set(['failed', 'rejected']);

/** States of a task that will do nothing more: its container is gone, or never was (Docker Engine API, TaskState). */
export const endedStates: ReadonlySet<string> = new Set([
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
]);

/** A Swarm service: spec and version belong together, so that an update can be refused when another came first. */
export interface SwarmService {
  id: string;
  version: number;
  labels: Record<string, string>;
  spec: Docker.ServiceSpec;
  /** Swarm's UpdateStatus: the last rollout. */
  rollout?: { state: string; message: string };
}

interface RawService {
  ID: string;
  Version: { Index: number };
  Spec: Docker.ServiceSpec;
  UpdateStatus?: { State?: string; Message?: string };
}

interface RawNode {
  ID: string;
  Version: { Index: number };
  Spec: { Labels?: Record<string, string>; Role: 'manager' | 'worker'; Availability: string };
  Description?: { Hostname?: string; Engine?: { EngineVersion?: string } };
  Status: { State: string; Addr?: string };
  ManagerStatus?: { Reachability?: string; Leader?: boolean; Addr?: string };
}

interface RawTask {
  ID: string;
  NodeID?: string;
  CreatedAt: string;
  DesiredState: string;
  Spec: { ContainerSpec?: { Image?: string } };
  Status: {
    State: string;
    Timestamp?: string;
    Message?: string;
    Err?: string;
    ContainerStatus?: { ContainerID?: string; ExitCode?: number };
  };
}

/** All machines of the Swarm. @throws when the manager has no quorum. */
export async function listNodes(docker: Docker): Promise<SwarmNode[]> {
  const nodes = (await docker.listNodes()) as RawNode[];
  return nodes.map(({ ID, Version, Spec, Description, Status, ManagerStatus }) => ({
    id: ID,
    name: Spec.Labels?.[nodeNameLabel],
    hostname: Description?.Hostname ?? '',
    address: Status.Addr ?? '',
    ...(ManagerStatus?.Addr && { advertised: ManagerStatus.Addr }),
    role: Spec.Role,
    state: Status.State,
    availability: Spec.Availability,
    reachability: ManagerStatus?.Reachability,
    leader: ManagerStatus?.Leader ?? false,
    engine: Description?.Engine?.EngineVersion,
    labels: Spec.Labels ?? {},
    version: Version.Index,
  }));
}

/** The service of that name, or undefined. */
export async function findService(docker: Docker, name: string): Promise<SwarmService | undefined> {
  const services = (await docker.listServices({ filters: { name: [name] } })) as unknown as RawService[];
  const found = services.find((service) => service.Spec.Name === name); // the filter takes prefixes too
  if (!found) return undefined;
  const { ID, Version, Spec, UpdateStatus } = found;
  return {
    id: ID,
    version: Version.Index,
    labels: Spec.Labels ?? {},
    spec: Spec,
    rollout: UpdateStatus?.State
      ? { state: UpdateStatus.State, message: UpdateStatus.Message ?? '' }
      : undefined,
  };
}

/** The image that new tasks of a service are made from; undefined for no service. */
export function imageOf(service: Pick<SwarmService, 'spec'> | undefined): string | undefined {
  const template = service?.spec.TaskTemplate as { ContainerSpec?: { Image?: string } } | undefined;
  return template?.ContainerSpec?.Image;
}

/** What new tasks of a service are made from, as text; a task of it that has another one is an earlier one. */
export function containerSpecOf({ spec }: SwarmService): string {
  return JSON.stringify((spec.TaskTemplate as { ContainerSpec?: object } | undefined)?.ContainerSpec);
}

/** The tasks of a service, the newest first. */
export function listTasks(docker: Docker, service: string): Promise<SwarmTask[]> {
  return tasksBy(docker, { service: [service] });
}

/** The tasks of a node, of whatever service, the newest first. */
export function listTasksOn(docker: Docker, nodeId: string): Promise<SwarmTask[]> {
  return tasksBy(docker, { node: [nodeId] });
}

async function tasksBy(docker: Docker, filters: Record<string, string[]>): Promise<SwarmTask[]> {
  const tasks = (await docker.listTasks({ filters })) as RawTask[];
  return tasks
    .map(({ ID, NodeID, CreatedAt, DesiredState, Spec, Status }) => ({
      id: ID,
      nodeId: NodeID ?? '',
      state: Status.State,
      desiredState: DesiredState,
      createdAt: CreatedAt,
      changedAt: Status.Timestamp ?? CreatedAt,
      containerId: Status.ContainerStatus?.ContainerID ?? '',
      exitCode: Status.ContainerStatus?.ExitCode,
      image: Spec.ContainerSpec?.Image ?? '',
      containerSpec: JSON.stringify(Spec.ContainerSpec),
      message: Status.Err || Status.Message || '',
    }))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

/**
 * Changes labels of a service and nothing else, so no task restarts.
 * @throws Error when the service was updated since `service` was read ("update out of sequence"): read again, compare again.
 */
export async function setServiceLabels(
  docker: Docker,
  service: SwarmService,
  labels: Record<string, string>,
): Promise<void> {
  await docker.getService(service.id).update({
    _query: { version: service.version },
    _body: { ...service.spec, Labels: { ...service.labels, ...labels } },
  });
}

/**
 * Sets labels of a node, and its availability where one is given; a label of undefined is taken away.
 * @throws Error when the node was changed meanwhile ("update out of sequence").
 */
export async function setNodeLabels(
  docker: Docker,
  nodeId: string,
  changes: Record<string, string | undefined>,
  availability?: 'active' | 'drain',
): Promise<void> {
  const node = docker.getNode(nodeId);
  const { Version, Spec } = (await node.inspect()) as RawNode;
  const labels: Record<string, string | undefined> = { ...Spec.Labels, ...changes };
  const kept = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined));
  await node.update({
    _query: { version: Version.Index },
    _body: { ...Spec, Labels: kept, ...(availability && { Availability: availability }) },
  });
}
