import { otherSlot } from '../release/pointer';
import type { SiteStatus } from '../status/site-status';
import type { DrillSite } from './drill-site';

/** What is going on while something breaks. */
export interface Phase {
  /** As the table and `--during` call it. */
  name: (typeof phaseNames)[number];
  /** The commands before: the state that `command` needs. */
  before: readonly string[][];
  /** The command that is running when it breaks; undefined: none. */
  command?: readonly string[];
  /** How long after the command's start it breaks, in ms: from the first to the last moment (the lab's commands take that long). */
  between: readonly [number, number];
}

/** Names of the phases, in the order of the matrix. */
export const phaseNames = ['idle', 'prerelease', 'switchover', 'rollback'] as const;

/**
 * The phases of the matrix.
 *
 * @param next a version that the public does not have.
 */
export function phases(service: string, next: string): readonly Phase[] {
  const prerelease = ['prerelease', service, next, '--force'];
  const toSwitch = ['switch', service];
  return [
    { name: 'idle', before: [], between: [0, 0] },
    { name: 'prerelease', before: [], command: prerelease, between: [1000, 12_000] },
    { name: 'switchover', before: [prerelease], command: toSwitch, between: [500, 5000] },
    {
      name: 'rollback',
      before: [prerelease, toSwitch],
      command: ['rollback', service],
      between: [100, 1500],
    },
  ];
}

/**
 * The version of the service that the public has, and another one for the idle slot, which it does not hold yet (none
 * where the site has no candidates for a drill).
 * What an earlier drill switched to is rolled back first: a slot that a rollback needs takes no candidate of its own version.
 */
export async function versions(site: DrillSite): Promise<{ live: string; next: string | undefined }> {
  const { candidates } = site.ground;
  const before = await statusOf(site);
  const hasSwitched = candidates.includes(before.slots[before.live].version ?? '');
  if (hasSwitched && 'version' in before.rollback) await site.must('rollback', before.name, '--yes');
  const now = await statusOf(site);
  const idle = now.slots[otherSlot(now.live)].version;
  const live = now.slots[now.live].version!;
  // With all candidates in the slots there is no other one: then a prerelease puts the same one there again.
  const next =
    candidates.find((version) => version !== live && version !== idle) ??
    candidates.find((version) => version === idle);
  return { live, next };
}

/** Gives the site back as it was: the public on the version that it had, and no candidate of the drill's. */
export async function restore(site: DrillSite, live: string): Promise<void> {
  const before = await statusOf(site);
  if (before.slots[before.live].version !== live) await site.must('rollback', before.name, '--yes');
  const { name, candidate } = await statusOf(site);
  if (candidate && site.ground.candidates.includes(candidate.version))
    await site.must('abort', name, '--yes');
}

async function statusOf(site: DrillSite): Promise<SiteStatus['services'][number]> {
  const found = (await site.status())?.services.find(({ name }) => name === site.service.name);
  if (!found?.slots[found.live].version)
    throw new Error(`${site.service.name} is not served. See: ./evenkeel status`);
  return found;
}
