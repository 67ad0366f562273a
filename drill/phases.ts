import type { DrillSite } from './drill-site';

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

/** The version of the shop that the site's public has, and one that the lab has and the public has not. */
export async function versions(site: DrillSite): Promise<{ live: string; next: string }> {
  const status = await site.status();
  const shop = status?.services.find(({ name }) => name === 'shop');
  const live = shop && shop.slots[shop.live]?.version;
  if (!live) throw new Error('The lab does not serve the shop. Run: ./evenkeel lab');
  const next = ['1.1.0-rc.1', '1.1.0-rc.2'].find((version) => version !== live)!;
  return { live, next };
}
