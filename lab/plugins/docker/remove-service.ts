import type Dockerode from 'dockerode';
import type { Bag } from '../provider/json';
import { daemonMessage, isMissing } from './daemon-message';
import type { Pause } from './pause';
import { asBag, asText } from './reading';
import { nanoseconds } from './container-spec';

/**
 * Removes a service, and waits for those of its containers that run on the machine it talks to, each no longer than
 * the service's grace time; without a grace time it waits for none.
 *
 * @throws Error where the service is not there, or a container takes longer. The service is gone then, but the engine
 *   keeps it in the state
 */
export async function removeService(
  client: Dockerode,
  id: string,
  state: Bag,
  pause: Pause,
  signal: AbortSignal,
): Promise<void> {
  const grace = nanoseconds(asBag(asBag(state['taskSpec'])['containerSpec'])['stopGracePeriod']) / 1e6;
  const containers = grace === 0 ? [] : await containersOf(client, asText(state['name']));
  try {
    await client.getService(id).remove();
  } catch (thrown) {
    throw new Error(`Error deleting service with ID '${id}': ${daemonMessage(thrown)}`);
  }
  for (const container of containers) await ended(client, container, grace, pause, signal);
}

async function containersOf(client: Dockerode, service: string): Promise<string[]> {
  const tasks = (await client.listTasks({ filters: { service: [service] } })) as Bag[];
  return tasks
    .map((task) => asBag(task['Status']))
    .filter((status) => status['State'] !== 'shutdown')
    .map((status) => asText(asBag(status['ContainerStatus'])['ContainerID']))
    .filter((container) => container.trim() !== '');
}

async function ended(
  client: Dockerode,
  id: string,
  grace: number,
  pause: Pause,
  signal: AbortSignal,
): Promise<void> {
  const container = client.getContainer(id);
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, signal]);
  const deadline = pause(grace, either).then(
    () => {
      over.abort();
      return true;
    },
    () => false,
  );
  try {
    await container.wait({ condition: 'removed', abortSignal: over.signal });
    over.abort();
  } catch (thrown) {
    const late = over.signal.aborted && (await deadline);
    over.abort();
    if (!isMissing(thrown)) {
      const reason = late ? 'context deadline exceeded' : daemonMessage(thrown);
      throw new Error(`error on wait for container with ID '${id}': ${reason}`);
    }
  }
  try {
    await container.remove({ v: true, force: true });
  } catch (thrown) {
    if (!/no such container|is already in progress/i.test(daemonMessage(thrown))) {
      throw new Error(`Error deleting container with ID '${id}': ${daemonMessage(thrown)}`);
    }
  }
}
