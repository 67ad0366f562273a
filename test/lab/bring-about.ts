import type { TestSite } from './test-site';
import { until } from './until';

/**
 * Brings a site's config about in both slots. What was live until then, perhaps with another config of another test's, is
 * frozen in the `up` that ends that, and takes on this one in the next.
 */
export async function bringAbout(site: TestSite): Promise<void> {
  const { output } = await site.up();
  if (!output.includes('waits until it is idle')) return;
  await site.up();
  const tasksIn = (slot: string, ids: object) =>
    Object.keys(ids).filter((key) => key.startsWith(`shop-${slot}.`)).length;
  await until(
    'the idle slot runs wherever the live one does',
    () => site.taskIds(),
    (ids) => tasksIn(site.idle, ids) === tasksIn(site.live, ids),
  );
}
