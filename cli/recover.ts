import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteConfig } from '../config/site-config';
import { RuntimeApi } from '../edge/runtime-api';
import { SiteContact } from '../edge/site-contact';
import { edgeServiceName, findService } from '../edge/swarm-state';
import { awaitFollowers, forceNewCluster } from '../machine/force-new-cluster';
import { raftPosition } from '../machine/raft-position';
import {
  planRecovery,
  survivingManagers,
  type RaftPosition,
  type RecoveryPlan,
} from '../machine/recovery-plan';
import { viewSwarm, type SwarmView } from '../machine/swarm-view';
import { compare, newestPointer } from '../release/compare';
import { pointerFromConfig, type Pointer } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { readSite } from '../status/read-site-status';
import { siteStatus } from '../status/site-status';
import type { Output } from './change-release';
import { typed } from './confirm';
import { openProject } from './project';
import type { StackOptions } from './stack-options';

/** How long a manager may call itself the leader after it has lost the others, in ms: 10 election ticks of 1 s, and some. */
const leaderTime = 20_000;

/** The options of `evenkeel recover`. */
export interface RecoverOptions extends StackOptions {
  /** The manager to recover from; default: the only one, or the one with the newest state. */
  from?: string;
  yes?: boolean;
  json?: boolean;
}

/** What `evenkeel recover --json` prints. */
export interface Recovered extends RecoveryPlan {
  stack: string;
  /** Generation of the label in the survivor's state, and now. */
  labelWas: number;
  generation: number;
  /** How long it took until the survivor's edge served again, in ms. */
  edgeMs?: number;
  /** Machines that should have followed and have not yet. */
  missing: string[];
  /** What `evenkeel status` still calls wrong. */
  problems: string[];
}

/**
 * A site whose managers have lost their quorum for good gets it back: one of them goes on alone with all that they knew,
 * the others come back to it, and `pulumi up` does the rest.
 *
 * @throws Refusal while there is a quorum, or while it would come back by itself; UpError
 */
export async function recover(options: RecoverOptions, output: Output): Promise<void> {
  const { log } = output;
  const project = await openProject(options);
  const site = project.siteWith(project.release);
  const contact = new SiteContact(site.nodes);
  try {
    const { plan, newest } = await prepare(site, options.from, contact);
    inWords(site, plan, newest).forEach(log);
    if (
      !options.yes &&
      !(await typed(`Are the lost machines off, and is this what you want?`, project.stackName))
    )
      throw new Refusal('Not confirmed: nothing was changed.');
    const survivor = site.nodes.find(({ name }) => name === plan.survivor)!;
    const done = await forceNewCluster(survivor, newest, contact, log);
    const missing = await awaitFollowers(plan.survivor, plan.following, contact);
    for (const name of missing) log(`${name}: has not come back to the Swarm yet`);
    const { up } = await import('./converge.js');
    // The survivor may have missed the last changes, and Pulumi would not know without looking.
    await up(project, 'evenkeel recover', log, { refresh: true });
    const { problems } = siteStatus(site, await readSite(site, contact));
    const result: Recovered = { stack: project.stack, ...plan, ...done, missing, problems };
    output.done(result, [
      `The Swarm has a quorum again, on generation ${site.release.generation}.`,
      ...problems.map((problem) => `  still wrong: ${problem}`),
      ...Object.keys(plan.lost).map((name) => `  ${name}: ${whenItReturns}`),
    ]);
  } finally {
    contact.close();
  }
}

const whenItReturns =
  'when it returns with its disk as it was, nothing is to be done; with a new disk or a new Docker, run: pulumi up; when ' +
  'it will not return, take it out of evenkeel:nodes and run: pulumi up';

async function prepare(
  site: SiteConfig,
  from: string | undefined,
  contact: SiteContact,
): Promise<{ plan: RecoveryPlan; newest?: Pointer }> {
  if (from !== undefined && !site.nodes.some(({ name }) => name === from))
    throw new Error(
      `--from ${from}: no node of that name; there are ${site.nodes.map(({ name }) => name).join(', ')}`,
    );
  const views = await viewWithoutQuorum(site, contact);
  const positions: Record<string, RaftPosition> = {};
  const survivors = survivingManagers(views);
  await Promise.all(
    survivors.map(async ({ name }) => {
      const position = survivors.length > 1 ? await raftPosition(await contact.session(name)) : undefined;
      if (position) positions[name] = position;
    }),
  );
  const plan = planRecovery({ nodes: site.nodes, views, positions, ...(from !== undefined && { from }) });
  const newest = newestPointer(await edgePointers(site, contact));
  refuseOtherConfig(site, newest);
  return { plan, ...(newest && { newest }) };
}

/**
 * @throws Refusal when there is a quorum. A leader that has lost the others answers for some seconds more (measured: 10),
 * and managers that are there may be about to elect one: both are waited for.
 */
async function viewWithoutQuorum(site: SiteConfig, contact: SiteContact): Promise<SwarmView[]> {
  const until = Date.now() + leaderTime;
  for (;;) {
    const manager = await contact.manager().catch(() => undefined);
    const views = await viewSwarm(site.nodes, site.edge.ports.http, contact);
    if (!manager || !(await findService(manager.docker, edgeServiceName).catch(() => undefined)))
      return views;
    const managers = site.nodes.filter(({ roles }) => roles.includes('manager')).length;
    const present = views.filter((view) => view.manager).length;
    if (present > managers / 2 || Date.now() > until)
      throw new Refusal(
        `${manager.name} has a quorum, so there is nothing to recover. Nothing was touched. What is wrong: evenkeel ` +
          `status; to put it right: pulumi up`,
      );
    await sleep(1000);
  }
}

/** What the edges that can be reached serve: it may be newer than the label in the Swarm's state (a rollback without a quorum). */
async function edgePointers(site: SiteConfig, contact: SiteContact): Promise<Pointer[]> {
  const edges = site.nodes.filter(({ roles }) => roles.includes('edge'));
  const found = await Promise.all(
    edges.map(async ({ name }): Promise<Pointer[]> => {
      try {
        return [(await new RuntimeApi(await contact.session(name)).info()).pointer];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** The `pulumi up` at the end would refuse it: better now, with nothing touched. */
function refuseOtherConfig(site: SiteConfig, newest: Pointer | undefined): void {
  const running = { edges: newest ? [newest] : [], templateChanges: false };
  const { refusals } = compare(pointerFromConfig(site.release), running);
  if (refusals.length > 0) throw new Refusal(refusals.join('\n\n'));
}

function inWords(site: SiteConfig, plan: RecoveryPlan, newest: Pointer | undefined): string[] {
  const { survivor, following, joining, lost } = plan;
  const { address } = site.nodes.find(({ name }) => name === survivor)!;
  const list = (names: readonly string[]) => names.join(', ');
  return [
    `The managers of this site have no quorum. To get one back:`,
    `  1. on ${survivor}: docker swarm init --force-new-cluster --advertise-addr ${address}`,
    `     It goes on alone with what it knows of the site. Its own tasks, its edge among them, end and start again (about 3 s).`,
    newest
      ? `  2. the label gets generation ${newest.generation}, the newest that an edge serves, where it has an older one`
      : `  2. no edge can be read: the label stays as ${survivor} has it`,
    ...(following.length > 0
      ? [`  3. ${list(following)}: go on serving, and come back to it by themselves`]
      : []),
    `  ${following.length > 0 ? 4 : 3}. pulumi up --refresh${joining.length > 0 ? `, which joins ${list(joining)}` : ''}`,
    ...(Object.keys(lost).length > 0 ? ['Taken for lost:'] : []),
    ...Object.entries(lost).map(([name, why]) => `  ${name}: ${why}`),
    ...(Object.keys(lost).length > 0
      ? [
          `If these still run somewhere and see each other, they are the site's Swarm and this would make a second one: ` +
            `then stop here, and mend the way to them.`,
        ]
      : []),
  ];
}
