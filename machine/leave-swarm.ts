import { messageOf, type SiteContact } from '../edge/site-contact';
import {
  edgeNodeLabel,
  edgeServiceName,
  findService,
  listNodes,
  nodeNameLabel,
  setNodeLabels,
  workerNodeLabel,
} from '../edge/swarm-state';
import { dockerApi } from '../remote/docker-api';
import { leave } from './local-swarm';
import { updateNode } from './update-node';

/**
 * Takes a machine out of the Swarm: drained and demoted first, then it leaves, then Swarm forgets it. When the whole
 * site is destroyed (the edges are gone by then) the Swarm stays and only our labels go: others may use it.
 */
export async function leaveSwarm(
  name: string,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const manager = await contact.manager().catch(() => undefined);
  if (!manager) return log(`${name}: the site has no Swarm that answers; nothing to leave`);
  const nodes = await listNodes(manager.docker);
  const self = nodes.find((each) => each.name === name);
  if (!self) return log(`${name}: is not in the Swarm`);
  if (!(await findService(manager.docker, edgeServiceName))) {
    const ours = { [nodeNameLabel]: undefined, [edgeNodeLabel]: undefined, [workerNodeLabel]: undefined };
    await setNodeLabels(manager.docker, self.id, ours);
    return log(`${name}: stays in the Swarm, without the labels of this site`);
  }
  await updateNode(manager.docker, self.id, (spec) => ({ ...spec, Role: 'worker', Availability: 'drain' }));
  try {
    await leave(dockerApi(await contact.session(name), 60_000));
  } catch (error) {
    log(`${name}: can't be told to leave (${messageOf(error)}); the Swarm forgets it all the same`);
  }
  const other = await contact.manager();
  await other?.docker.getNode(self.id).remove({ force: true });
  log(`${name}: left the Swarm`);
}
