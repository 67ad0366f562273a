import { otherSlot } from '../release/pointer';
import type { SiteStatus } from '../status/site-status';
import type { DrillSite } from './drill-site';

/** The lab's release candidates that are well. */
const candidates = ['1.1.0-rc.1', '1.1.0-rc.2'];

/** What is going on while something breaks. */
export interface Phase {
  /** As the table and `--during` call it. */
  name: 'idle' | 'prerelease' | 'switchover' | 'rollback';
  /** The commands before: the state that `command` needs. */
  before: readonly string[][];
  /** The command that is running when it breaks; undefined: none. */
  command?: readonly string[];
  /** How long after the command's start it breaks, in ms: from the first to the last moment (the lab's commands take that long). */
  between: readonly [number, number];
}

/**
 * The phases of the matrix.
 *
 * @param next a version that the public does not have.
 */
export function phases(next: string): readonly Phase[] {
  const prerelease = ['prerelease', 'shop', next, '--force'];
  const toSwitch = ['switch', 'shop'];
  return [
    { name: 'idle', before: [], between: [0, 0] },
    { name: 'prerelease', before: [], command: prerelease, between: [1000, 12_000] },
    { name: 'switchover', before: [prerelease], command: toSwitch, between: [500, 5000] },
    { name: 'rollback', before: [prerelease, toSwitch], command: ['rollback', 'shop'], between: [100, 1500] },
  ];
}

/**
 * The version of the shop that the public has, and another one for the idle slot, which it does not hold yet.
 * What an earlier drill switched to is rolled back first: a slot that a rollback needs takes no candidate of its own version.
 */
export async function versions(site: DrillSite): Promise<{ live: string; next: string }> {
  const before = await shopOf(site);
  if ('version' in before.rollback) await site.must('rollback', 'shop', '--yes');
  const shop = await shopOf(site);
  const idle = shop.slots[otherSlot(shop.live)].version;
  const live = shop.slots[shop.live].version!;
  // With both candidates in the slots there is no third one: then a prerelease puts the same one there again.
  const next = candidates.find((version) => version !== live && version !== idle) ?? idle!;
  return { live, next };
}

async function shopOf(site: DrillSite): Promise<SiteStatus['services'][number]> {
  const shop = (await site.status())?.services.find(({ name }) => name === 'shop');
  if (!shop?.slots[shop.live].version)
    throw new Error('The lab does not serve the shop. Run: ./evenkeel lab');
  return shop;
}
