import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { labDirectory, labsDirectory, readState } from './lab-directory';
import type { Log } from './log';
import { must } from './must';
import { checkoutLabel, labLabel } from './naming';

/** Removes a lab's containers with their volumes, its network, and the control groups that its machines' Docker made on the host. */
export async function removeFromEngine(docker: string[], lab: string): Promise<void> {
  const filter = ['--filter', `label=${labLabel}=${lab}`];
  const containers = lines(await must([...docker, 'ps', '-aq', ...filter]));
  if (containers.length > 0) await must([...docker, 'rm', '-f', '-v', ...containers]);
  const networks = lines(await must([...docker, 'network', 'ls', '-q', ...filter]));
  if (networks.length > 0) await must([...docker, 'network', 'rm', ...networks]);
  removeControlGroups(lab);
}

/** Removes what is left of labs whose checkout is no longer there. */
export async function clearOrphans(docker: string[], log: Log): Promise<void> {
  const format = `{{.Label "${labLabel}"}}\t{{.Label "${checkoutLabel}"}}`;
  const filter = ['--filter', `label=${checkoutLabel}`, '--format', format];
  const found = [
    ...lines(await must([...docker, 'ps', '-a', ...filter])),
    ...lines(await must([...docker, 'network', 'ls', ...filter])),
  ].map((line) => line.split('\t'));
  const kept = existsSync(labsDirectory()) ? readdirSync(labsDirectory()) : [];
  const written = kept.map((name) => [name, readState(labDirectory(name))?.checkout]);
  const orphans = new Map(
    [...found, ...written].filter(([, checkout]) => checkout !== undefined && !existsSync(checkout)) as [
      string,
      string,
    ][],
  );
  for (const [lab, checkout] of orphans) {
    log(`removing what is left of the lab of ${checkout}, which is gone`);
    await removeFromEngine(docker, lab);
    rmSync(labDirectory(lab), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A killed machine's containers leave empty control groups in the host's tree (cgroup v1, see boot.sh). */
function removeControlGroups(lab: string): void {
  const root = '/sys/fs/cgroup';
  if (!existsSync(root)) return;
  for (const controller of readdirSync(root)) removeEmpty(join(root, controller, lab));
}

/** Control groups are removed by rmdir, children first; their files can't be. */
function removeEmpty(directory: string): void {
  let entries;
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) if (entry.isDirectory()) removeEmpty(join(directory, entry.name));
  try {
    rmdirSync(directory);
  } catch {
    // still in use, or not ours to remove: an empty group does no harm
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter(Boolean);
}
