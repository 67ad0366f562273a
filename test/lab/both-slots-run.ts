import type { TestSite } from './test-site';
import { until } from './until';

/** Waits until the idle slot has as many tasks as the live one: after an update Swarm takes a moment to make the new ones. */
export async function bothSlotsRun(site: TestSite): Promise<void> {
  const tasksIn = (slot: string, ids: object) =>
    Object.keys(ids).filter((key) => key.startsWith(`shop-${slot}.`)).length;
  await until(
    'the idle slot runs wherever the live one does',
    () => site.taskIds(),
    (ids) => tasksIn(site.idle, ids) === tasksIn(site.live, ids),
  );
}
