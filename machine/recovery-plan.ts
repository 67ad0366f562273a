import type { NodeConfig } from '../config/site-config';
import { Refusal } from '../release/refusal';
import type { SwarmView } from './swarm-view';

/** Raft's log on one manager, as far as it can be told from outside: the term and the index of its last entry. */
export interface RaftPosition {
  term: number;
  index: number;
}

/** What `evenkeel recover` is about to do. Names are those of the config. */
export interface RecoveryPlan {
  /** The manager whose state of the Swarm becomes the site's. */
  survivor: string;
  /** Other machines that are in the Swarm and can be reached: they follow by themselves. */
  following: string[];
  /** Machines that can be reached and are in no Swarm: `pulumi up` joins them. */
  joining: string[];
  /** Machines that can't be reached, with the reason. They are taken for lost. */
  lost: Record<string, string>;
}

/** What is known when the plan is made. */
export interface RecoveryInput {
  /** In the order of the config. */
  nodes: readonly Pick<NodeConfig, 'name' | 'roles' | 'maintenance'>[];
  views: readonly SwarmView[];
  /** Where Raft's log ends on each surviving manager, by name; left out where it can't be told. */
  positions: Readonly<Record<string, RaftPosition>>;
  /** `--from` */
  from?: string;
}

/**
 * Whether and from which machine the Swarm can be made anew. Not when a quorum is still there or would come back by
 * itself: a second Swarm beside the first is worse than none. Whoever runs it has waited for a leader before.
 *
 * @throws Refusal with the remedy.
 */
export function planRecovery({ nodes, views, positions, from }: RecoveryInput): RecoveryPlan {
  const isManager = (name: string) =>
    nodes.some((node) => node.name === name && node.roles.includes('manager'));
  const survivors = survivingManagers(views);
  refuseHiddenMachines(views);
  refuseReturningQuorum(views, survivors, isManager);
  const usable = survivors.filter(
    ({ name }) => !nodes.some((node) => node.name === name && node.maintenance),
  );
  return planFor(choose(survivors, usable, positions, from), views);
}

/** What becomes of the other machines when the Swarm goes on from `survivor`. */
export function planFor(survivor: string, views: readonly SwarmView[]): RecoveryPlan {
  const others = views.filter(({ name }) => name !== survivor);
  const names = (which: (view: SwarmView) => boolean) => others.filter(which).map(({ name }) => name);
  return {
    survivor,
    following: names((view) => isMember(view) && !isElsewhere(view)),
    joining: names(({ state }) => state === 'inactive'),
    lost: Object.fromEntries(
      others.flatMap((view) => {
        const why = view.unreachable ?? view.dockerSilent ?? whyUnusable(view);
        return why === undefined ? [] : [[view.name, why]];
      }),
    ),
  };
}

/** Managers that hold the Swarm's state and can't use it, since they have no quorum. */
export function survivingManagers(views: readonly SwarmView[]): SwarmView[] {
  return views.filter((view) => isMember(view) && view.manager && !view.clusterId);
}

/** One that was booted since the quorum was lost is `pending` until it has seen a leader (measured: Docker 20.10). */
function isMember({ state }: SwarmView): boolean {
  return state === 'active' || state === 'pending';
}

function whyUnusable(view: SwarmView): string | undefined {
  if (isElsewhere(view)) return 'is in a Swarm of its own. On it, run: docker swarm leave --force';
  return isOff(view) ? `its Swarm is ${view.state}` : undefined;
}

/** It has a quorum; were it the site's, there would be nothing to recover. */
function isElsewhere({ state, manager, clusterId }: SwarmView): boolean {
  return state === 'active' && Boolean(manager && clusterId);
}

/** Its Docker runs, and not its part of the Swarm: `locked` or `error`. */
export function isOff(view: SwarmView): boolean {
  return view.state !== undefined && !isMember(view) && view.state !== 'inactive';
}

/** @throws Refusal when a machine that can't be reached runs all the same. */
export function refuseHiddenMachines(views: readonly SwarmView[]): void {
  const hidden = views.filter(({ alive }) => alive !== undefined);
  if (hidden.length === 0) return;
  throw new Refusal(
    `${hidden.map(({ name }) => name).join(' and ')} can't be reached over SSH, but not because of being off:\n` +
      hidden.map(({ alive, unreachable }) => `  ${unreachable}; but ${alive}`).join('\n') +
      `\nSuch a machine may be one of a quorum that can't be seen from here, and a second Swarm would work against it. ` +
      `Nothing was touched. Mend the way to it (ssh USER@ADDRESS), or switch the machine off; then run this again.`,
  );
}

function refuseReturningQuorum(
  views: readonly SwarmView[],
  survivors: readonly SwarmView[],
  isManager: (name: string) => boolean,
): void {
  // The managers' own list counts as well: the config may have been edited since.
  const managers = Math.max(
    views.filter(({ name }) => isManager(name)).length,
    ...survivors.map(({ managers: known }) => known?.length ?? 0),
  );
  const silent = views.filter(
    (view) => isManager(view.name) && (view.dockerSilent !== undefined || isOff(view)),
  );
  const mayReturn = survivors.length + silent.length;
  if (mayReturn <= managers / 2) return;
  const lines = [
    ...survivors.map(({ name }) => `${name}: is a manager, and waits for a leader`),
    ...silent.map(({ name, dockerSilent, state }) =>
      state === 'locked'
        ? `${name}: its Swarm is locked. On it, run: docker swarm unlock`
        : `${name}: its Docker does not work (${dockerSilent ?? state}). On it, run: systemctl restart docker`,
    ),
  ];
  throw new Refusal(
    `${mayReturn} of ${managers} managers can be reached, which is more than half: they find a leader by themselves, ` +
      `with nothing lost. Nothing was touched.\n${lines.map((line) => `  ${line}`).join('\n')}\n` +
      `Look again in a minute with: evenkeel status. Where it stays so, see that they reach each other on port 2377 (tcp) ` +
      `and 7946 (tcp and udp). A machine whose Docker is broken for good: switch it off, then run this again.`,
  );
}

function choose(
  survivors: readonly SwarmView[],
  usable: readonly SwarmView[],
  positions: Readonly<Record<string, RaftPosition>>,
  from: string | undefined,
): string {
  if (survivors.length === 0)
    throw new Refusal(
      `No manager that can be reached has the Swarm's state any more, so there is nothing to recover it from. Nothing was ` +
        `touched. Where one is only switched off, start it. Where all are lost: evenkeel recover --backup FOLDER, or see ` +
        `docs/runbook.md, "The Swarm's state is lost".`,
    );
  if (usable.length === 0)
    throw new Refusal(
      `Only ${survivors.map(({ name }) => name).join(' and ')} has the Swarm's state, and is in maintenance. Nothing was ` +
        `touched. Take maintenance: true off it in evenkeel:nodes, then run this again.`,
    );
  const names = usable.map(({ name }) => name);
  if (from !== undefined) {
    if (names.includes(from)) return from;
    throw new Refusal(
      `${from} is no manager without a quorum that can be reached; --from can be ${names.join(' or ')}. Nothing was touched.`,
    );
  }
  if (names.length === 1) return names[0]!;
  const untold = names.filter((name) => !positions[name]);
  if (untold.length > 0)
    throw new Refusal(
      `${names.join(' and ')} have the Swarm's state, and which is the newest can't be told: Docker's log on ` +
        `${untold.join(' and ')} does not say. Nothing was touched. Name the one that was with the lost ones last: --from ${names[0]}`,
    );
  return names.reduce((best, name) => (isNewer(positions[name]!, positions[best]!) ? name : best));
}

/** As Raft itself judges it (Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm, 5.4.1). */
function isNewer(one: RaftPosition, other: RaftPosition): boolean {
  return one.term === other.term ? one.index > other.index : one.term > other.term;
}
