import type Dockerode from 'dockerode';
import type { Bag, Json } from '../provider/json';
import { isBag } from '../provider/is-bag';
import { nanoseconds } from './container-spec';
import type { Pause } from './pause';
import { asBag, asNumber, asText } from './reading';
import { goText } from './short-duration';

/** How long the official plugin waits between two looks, and before the first look after an update, in ms. */
const INTERVAL = 5000;
const BEFORE_UPDATE = 7000;

/** Task states in which a task is still on its way to running or runs. */
const ALIVE = new Set([
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
]);

/** What an update has come to, by its state. */
const FAILURES: Record<string, string> = {
  rollback_completed: 'rollback completed',
  paused: 'update paused',
  rollback_paused: 'rollback paused',
};

/**
 * Waits until a replicated service runs as it shall, if `convergeConfig` asks for that.
 *
 * @param config `convergeConfig` of the state, or `null`
 * @param change what was done to the service
 * @throws Error where Swarm pauses or rolls back, or the timeout is over, in the official plugin's words
 */
export async function convergence(
  client: Dockerode,
  id: string,
  config: Json | undefined,
  change: 'create' | 'update',
  pause: Pause,
  signal: AbortSignal,
): Promise<void> {
  if (!isBag(config)) return;
  const timeout = nanoseconds(config['timeout']);
  let waited = change === 'create' ? nanoseconds(config['delay']) / 1e6 : BEFORE_UPDATE;
  await pause(waited, signal);
  while (!(await hasConverged(client, id, change))) {
    if (waited * 1e6 >= timeout) {
      throw new Error(`Service with ID (${id}) did not converge after ${goText(timeout)}`);
    }
    await pause(INTERVAL, signal);
    waited += INTERVAL;
  }
}

async function hasConverged(client: Dockerode, id: string, change: 'create' | 'update'): Promise<boolean> {
  const service = (await client.getService(id).inspect()) as Bag;
  const status = asBag(service['UpdateStatus']);
  const message = asText(status['Message']);
  const state = asText(status['State']);
  if (change === 'update') {
    if (state === 'completed') return true;
    const failure = FAILURES[state];
    if (failure !== undefined) throw new Error(`service ${failure}: ${message}`);
  }
  const replicated = asBag(asBag(service['Spec'])['Mode'])['Replicated'];
  if (!isBag(replicated)) throw new Error('no replica count');
  const up = (await running(client, id)) === asNumber(replicated['Replicas']);
  if (up && state === 'rollback_started') throw new Error(`service rollback completed: ${message}`);
  return up;
}

/** How many slots have a task that runs and shall run, on a node that is not down. */
async function running(client: Dockerode, id: string): Promise<number> {
  const tasks = (await client.listTasks({
    filters: { service: [id], 'desired-state': ['running'] },
  })) as Bag[];
  const nodes = (await client.listNodes()) as Bag[];
  const down = new Set(
    nodes.filter((node) => asBag(node['Status'])['State'] === 'down').map((node) => node['ID']),
  );
  const slots = new Map<Json | undefined, boolean>();
  for (const task of tasks) {
    const state = asText(asBag(task['Status'])['State']);
    if (!ALIVE.has(state) || down.has(task['NodeID'] ?? '')) continue;
    // Two tasks in one slot are an update under way: the slot runs when both do.
    slots.set(task['Slot'], state === 'running' && (slots.get(task['Slot']) ?? true));
  }
  return [...slots.values()].filter(Boolean).length;
}
