import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteConfig } from '../config/site-config';
import { RuntimeApi } from '../edge/runtime-api';
import { messageOf, SiteContact, type Manager } from '../edge/site-contact';
import { edgeServiceName, findService } from '../edge/swarm-state';
import { awaitFollowers, forceNewCluster } from '../machine/force-new-cluster';
import { outdated, planRestore } from '../machine/restore-plan';
import { bringUpMesh } from '../machine/bring-up-mesh';
import { meshSite } from '../machine/mesh-conf';
import { setUpMachine } from '../machine/set-up';
import { putBackSwarmFolder } from '../machine/swarm-folder';
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
import { dockerApi } from '../remote/docker-api';
import { readSite } from '../status/read-site-status';
import { siteStatus } from '../status/site-status';
import { readSwarmBackup, type SwarmBackup } from './backup-files';
import type { Output } from './change-release';
import { typed } from './confirm';
import { openProject } from './project';
import { recoveryWords } from './recovery-words';
import type { StackOptions } from './stack-options';

/** How long a manager may call itself the leader after it has lost the others, in ms: 10 election ticks of 1 s, and some. */
const leaderTime = 20_000;

/** How long the machines that have come back may take to run what they are to run, in ms: seconds where they have its images. */
const settleTime = 60_000;

/** The options of `evenkeel recover`. */
export interface RecoverOptions extends StackOptions {
  /** The manager to recover from; default: the only one, or the one with the newest state. */
  from?: string;
  /** Folder of a backup whose state of the Swarm is put back first: no manager has one any more. */
  backup?: string;
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
    const backup = options.backup === undefined ? undefined : await readSwarmBackup(options.backup);
    const { plan, newest } = backup
      ? await prepareRestore(site, backup, contact)
      : await prepare(site, options.from, contact);
    recoveryWords(site, plan, newest, backup).forEach(log);
    if (
      !options.yes &&
      !(await typed(`Are the lost machines off, and is this what you want?`, project.stackName))
    )
      throw new Refusal('Not confirmed: nothing was changed.');
    const survivor = site.nodes.find(({ name }) => name === plan.survivor)!;
    // A disk that lost the Swarm may be a new one.
    const setUp = async (name: string) => {
      const node = site.nodes.find((each) => each.name === name)!;
      (await setUpMachine(node, site, await contact.session(name))).forEach(log);
      const mesh = meshSite(site);
      if (mesh) await bringUpMesh(mesh, contact, log);
    };
    if (backup) {
      await setUp(survivor.name);
      await putBackSwarmFolder(await contact.session(survivor.name), backup.archive, log);
      log(`${survivor.name}: has the Swarm's state of ${backup.at}`);
    }
    const done = await forceNewCluster(survivor, newest, contact, log);
    const missing = await awaitFollowers(plan.survivor, plan.following, contact);
    for (const name of missing) log(`${name}: has not come back to the Swarm yet`);
    for (const name of plan.joining)
      await setUp(name).catch((error: unknown) => log(`${name}: can't be set up: ${messageOf(error)}`));
    const { retriedUp } = await import('./retried-up.js');
    // The survivor may have missed the last changes, and Pulumi would not know without looking.
    await retriedUp(project, site, 'evenkeel recover', log, { refresh: true });
    // What is wrong while machines are lost stays so.
    const whole = missing.length === 0 && Object.keys(plan.lost).length === 0;
    const problems = await problemsLeft(site, contact, whole ? settleTime : 0, log);
    const result: Recovered = { stack: project.stack, ...plan, ...done, missing, problems };
    output.done(result, [
      `The Swarm has a quorum again, on generation ${site.release.generation}.`,
      ...problems.map((problem) => `  still wrong: ${problem}`),
      ...Object.keys(plan.lost).map((name) => `  ${name}: ${whenItReturns(name)}`),
    ]);
  } finally {
    contact.close();
  }
}

/** What is wrong with the site once that stays so: the last machine that came in has yet to start what runs on it. */
async function problemsLeft(
  site: SiteConfig,
  contact: SiteContact,
  patience: number,
  log: (line: string) => void,
): Promise<string[]> {
  const until = Date.now() + patience;
  for (let said = false; ; said = true) {
    const { problems } = siteStatus(site, await readSite(site, contact));
    if (problems.length === 0 || Date.now() >= until) return problems;
    if (!said) log(`waiting until all is well: ${problems.join('; ')}`);
    await sleep(1000);
  }
}

const whenItReturns = (name: string) =>
  `when it returns with its disk as it was, nothing is to be done; with a new disk, or a new machine in its place: evenkeel ` +
  `node ${name} replace; when it will not return: evenkeel node ${name} remove`;

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

/** What serves is what the edges have; where none is left, what the config says. */
async function prepareRestore(
  site: SiteConfig,
  backup: SwarmBackup,
  contact: SiteContact,
): Promise<{ plan: RecoveryPlan; newest: Pointer }> {
  const views = await viewWithoutQuorum(site, contact);
  const plan = planRestore({ nodes: site.nodes, views, from: backup.manager });
  const served = newestPointer(await edgePointers(site, contact));
  refuseOtherConfig(site, served);
  const newest = served ?? pointerFromConfig(site.release);
  const old = outdated(backup.pointer, newest);
  if (old.length > 0)
    throw new Refusal(
      `The backup is too old: with it the public would be on another version than it was.\n` +
        `${old.map((line) => `  ${line}`).join('\n')}\nNothing was touched. Take a newer backup, or make a new Swarm from the ` +
        `config: docs/runbook.md, "The Swarm's state is lost".`,
    );
  return { plan, newest };
}

/**
 * @throws Refusal when there is a quorum. A leader that has lost the others answers for some seconds more (measured: 10),
 * which is waited for. Managers that are about to elect one are more than half, which the plan refuses.
 */
async function viewWithoutQuorum(site: SiteConfig, contact: SiteContact): Promise<SwarmView[]> {
  const until = Date.now() + leaderTime;
  for (;;) {
    const manager = await contact.manager(0).catch(() => undefined);
    const views = await viewSwarm(site.nodes, site.edge.ports.http, contact);
    if (!manager || !(await hasEdges(manager, contact))) return views;
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

/** Whether a manager answers for the site. Without the others it lists nodes for a while, and lets all else wait. */
async function hasEdges({ name }: Manager, contact: SiteContact): Promise<boolean> {
  const docker = dockerApi(await contact.session(name), 5000);
  return findService(docker, edgeServiceName).then(Boolean, () => false);
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
