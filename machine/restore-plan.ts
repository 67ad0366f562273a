import type { NodeConfig } from '../config/site-config';
import type { Pointer } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { isOff, planFor, refuseHiddenMachines, survivingManagers, type RecoveryPlan } from './recovery-plan';
import type { SwarmView } from './swarm-view';

/** What is known before a backup is put back. */
export interface RestoreInput {
  /** In the order of the config. */
  nodes: readonly Pick<NodeConfig, 'name' | 'roles' | 'maintenance'>[];
  views: readonly SwarmView[];
  /** The manager that the backup's copy of the Swarm is from. */
  from: string;
}

/**
 * Whether the Swarm can be made anew from a backup. Only where no manager has its state any more, since each has a newer
 * one than any backup; and only on the machine of that name, since the copy is the identity of that member.
 *
 * @throws Refusal with the remedy.
 */
export function planRestore({ nodes, views, from }: RestoreInput): RecoveryPlan {
  refuseHiddenMachines(views);
  const survivors = survivingManagers(views);
  if (survivors.length > 0)
    throw new Refusal(
      `${survivors.map(({ name }) => name).join(' and ')} still has the Swarm's state, and a newer one than a backup. ` +
        `Nothing was touched. Run it without --backup: evenkeel recover`,
    );
  const managers = nodes.filter(({ roles }) => roles.includes('manager')).map(({ name }) => name);
  const silent = views.filter(
    (view) => managers.includes(view.name) && (view.dockerSilent !== undefined || isOff(view)),
  );
  if (silent.length > 0)
    throw new Refusal(
      `${silent.map(({ name }) => name).join(' and ')} may have the Swarm's state, newer than a backup. Nothing was ` +
        `touched.\n${silent.map((view) => `  ${view.name}: ${view.dockerSilent ?? `its Swarm is ${view.state}`}`).join('\n')}\n` +
        `Mend its Docker (systemctl restart docker; on a new machine: apt-get install docker.io, and usermod -aG docker USER ` +
        `for an SSH user who is not root). One that is broken for good: switch it off, then run this again.`,
    );
  const node = nodes.find(({ name }) => name === from);
  const view = views.find(({ name }) => name === from);
  const wrong = !node
    ? 'the config has no such node'
    : !managers.includes(from)
      ? 'it is no manager in the config'
      : node.maintenance
        ? 'it is in maintenance in the config'
        : (view?.unreachable ??
          (view?.state === 'inactive'
            ? undefined
            : 'it is in a Swarm. On it, run: docker swarm leave --force'));
  if (wrong !== undefined)
    throw new Refusal(
      `The backup is of ${from}, and can be put back on the machine of that name only: ${wrong}. Nothing was touched. ` +
        `A new machine in its place, with its address, will do. Where there will be none: docs/runbook.md, "The Swarm's ` +
        `state is lost", says how to make a new Swarm from the config.`,
    );
  return planFor(from, views);
}

/**
 * The services that a backup would bring back in another version than is live: what their live slots hold by now was put
 * there after it was made. Empty when it may be put back; an idle slot that differs is put right by `pulumi up`.
 *
 * @param live the newest pointer that an edge serves, else the config's.
 */
export function outdated(backup: Pointer, live: Pointer): string[] {
  return Object.entries(live.services).flatMap(([name, { live: slot, digests }]) => {
    const had = backup.services[name]?.digests[slot];
    if (had === digests[slot]) return [];
    return [
      `${name}: ${slot} is live with ${digests[slot] ?? 'nothing'}, and is ${had ?? 'empty'} in the backup`,
    ];
  });
}
