import { setTimeout as sleep } from 'node:timers/promises';
import { compare, newestPointer } from '../release/compare';
import { formatPointer } from '../release/pointer';
import { runAfterHooks } from './after-hooks';
import { hooksAfterSwitch } from './due-hooks';
import { haproxyLabel, pointerLabel, templateLabel } from './entry-command';
import { flip, spreadOf } from './flip';
import { fenceUnreachable, unfence } from './fence';
import { decodeHaproxyLabel } from './haproxy-label';
import { oweHooks, owedHooks } from './owed-hooks';
import { reloadEdge } from './reload-edge';
import { messageOf, type SiteContact } from './site-contact';
import { edgeDifferences, readSiteState, readSwarmOf, type EdgeState, type SiteState } from './site-state';
import { edgeServiceName, failedStates, listTasks, setServiceLabels } from './swarm-state';
import { formatTaskLog, taskLog } from './task-log';
import type { WantedRelease } from './wanted-release';
import { edgesWithoutTlsPort } from './without-tls-port';

/** What a switchover did. */
export interface SwitchoverReport {
  generation: number;
  /** Edges that read back this generation. */
  edges: string[];
  /** Edges that Swarm calls Down: they are born with the label when they return. */
  down: string[];
  /** Edges that were fenced, since they could not be reached though Swarm calls them ready. */
  fenced: string[];
  /** Milliseconds between the first and the last edge that was flipped; undefined when none had to be. */
  spread?: number;
}

/** How long the edges may take to agree, in ms: Swarm needs 10 s to call a node Down, a fence 30 s, a reborn edge some more. */
const deadline = 120_000;

/** How long a rollout of the edges may go on before the time above begins, in ms: each edge finishes its requests first. */
const longestRollout = 600_000;

/**
 * How long Swarm may go on calling a rollout of the edges unfinished when all edges are as wanted, in ms: it looks at the last
 * one for the 5 s of `monitor` (components/edge.ts). With a node that is down it may never finish; that is no fault of the edges.
 */
const longestWatch = 20_000;

/** Pause between two looks, in ms. */
const pause = 300;

/**
 * Brings every edge to the pointer and to the haproxy.cfg of the labels. It is finished when they are read back: the
 * newest task on every node that Swarm does not call Down runs and has this generation (DESIGN.md, "Finished means
 * read back": a task made just before the label changed is born with the old value). Then come the hooks `afterSwitch`
 * and `afterRollback`.
 *
 * @throws Error when the site has moved on to a newer generation, when the edges don't agree in time,
 *   or when a hook fails.
 */
export async function switchover(
  wanted: WantedRelease,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<SwitchoverReport> {
  let state = await readSiteState(wanted.site, contact);
  if (!state?.edgeService) throw new Error('The site has no edges yet. Run: pulumi up');
  await refuseWhenOvertaken(wanted, state, contact, log);
  state = await healLabels(wanted, state, contact, log);
  const { manager } = state;
  const began = Date.now();
  let until = began + deadline;
  const fenced = new Set<string>();
  let spread: number | undefined;
  let said = '';
  let owed = owedHooks(wanted, state.edgeService!);
  const refused = new Map<string, string>();
  await unfence(state, contact, log);
  for (;;) {
    const different = state.edges.filter((edge) => edge.worker && !agrees(edge, wanted));
    const unborn = await edgesWithoutTlsPort(different, wanted.site, contact);
    if (unborn.length > 0) until = Math.min(Date.now() + deadline, began + deadline + longestRollout);
    const ready = different.filter((edge) => !unborn.includes(edge));
    await reloadChanged(ready, wanted, state, contact, refused, log);
    const text = formatPointer(wanted.pointer);
    const older = different.filter((edge) => formatPointer(edge.worker!.pointer) !== text);
    const names = older.map(({ name }) => name);
    const pointers = older.map((edge) => edge.worker!.pointer);
    // Before the flip: whatever ends this run after it, the next one knows what is left to do.
    owed = await oweHooks(manager.docker, owed, hooksAfterSwitch(wanted, pointers));
    spread = spreadOf(await flip(names, wanted.pointer, contact)) ?? spread;
    state = await readSwarmOf(wanted.site, contact, manager);
    await refuseWhenOvertaken(wanted, state, contact, log);
    const left = [...edgeDifferences(withoutEdges(state, fenced), wanted), ...stillServing(state, fenced)];
    if (left.length === 0) break;
    if (Date.now() > until)
      throw new Error(
        `The edges do not agree on generation ${wanted.pointer.generation} after ${deadline / 1000} s:\n` +
          left.map((line) => `  ${line}`).join('\n') +
          `\nThe public is served by the edges that answer. Look with "docker service ps evenkeel-edge --no-trunc", then run pulumi up again: it goes on from here.`,
      );
    await refusePaused(wanted, state, left);
    const now = left.join('; ');
    if (now !== said) log(`waiting for the edges: ${now}`);
    said = now;
    for (const name of await fenceUnreachable(state, log)) fenced.add(name);
    await sleep(pause);
  }
  state = await awaitRollout(wanted, state, contact, log);
  const edges = state.edges.filter((edge) => edge.worker).map((edge) => edge.name);
  if (owed.length > 0) {
    log(`generation ${wanted.pointer.generation} is live on ${edges.join(', ')}`);
    await runAfterHooks(owed, wanted.site.site, contact, log);
  }
  return {
    generation: wanted.pointer.generation,
    edges,
    down: state.edges.filter((edge) => edge.swarmNode?.state === 'down').map((edge) => edge.name),
    fenced: [...fenced],
    spread,
  };
}

/**
 * An orphaned switchover, or one of an old checkout, must not undo what came after it: the edges have a newer pointer
 * (somebody rolled back meanwhile). Pulumi writes labels without looking, so by now the label may be older than the
 * edges; it gets what they have, since an edge that is born is born with it. An edge that was reloaded while the others
 * were rolled back may have come up with what was before: it gets what they have, too.
 */
async function refuseWhenOvertaken(
  wanted: WantedRelease,
  state: SiteState,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const edges = state.edges.flatMap((edge) => edge.worker?.pointer ?? []);
  const { refusals } = compare(wanted.pointer, { label: state.label, edges, templateChanges: false });
  if (!refusals[0]) return;
  const newest = newestPointer(edges);
  if (newest && newest.generation > wanted.pointer.generation) {
    if (newest.generation > (state.label?.generation ?? 0)) {
      log(
        `the label has generation ${state.label?.generation ?? 'none'}, the edges have ${newest.generation}: it gets theirs`,
      );
      await setServiceLabels(state.manager.docker, state.edgeService!, {
        [pointerLabel]: formatPointer(newest),
      });
    }
    const behind = state.edges.filter(
      ({ worker }) => worker && worker.pointer.generation < newest.generation,
    );
    await flip(
      behind.map(({ name }) => name),
      newest,
      contact,
    );
  }
  throw new Error(refusals[0]);
}

/**
 * Pulumi has written the labels by now. Where it has not (somebody ran `docker service rollback`, which Pulumi sees only
 * after a refresh), they are written here, under the version that was read: a change in between is an error, not lost.
 */
async function healLabels(
  wanted: WantedRelease,
  state: SiteState,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<SiteState> {
  const service = state.edgeService!;
  if (service.labels[templateLabel] !== wanted.template)
    throw new Error(
      `The Swarm service evenkeel-edge is not what Pulumi made of it: somebody changed it by hand (docker service ` +
        `rollback or update). Run "pulumi refresh --yes --run-program" and then "pulumi up": that puts it right.`,
    );
  if (state.haproxyCfg !== wanted.haproxyCfg)
    throw new Error(
      `The label ${haproxyLabel} of evenkeel-edge is not what Pulumi wrote. Run "pulumi refresh --yes --run-program" and then "pulumi up".`,
    );
  const text = formatPointer(wanted.pointer);
  if (service.labels[pointerLabel] === text) return state;
  log(
    `the label has generation ${state.label?.generation ?? 'none'}: writing generation ${wanted.pointer.generation}`,
  );
  await setServiceLabels(state.manager.docker, service, { [pointerLabel]: text });
  return readSwarmOf(wanted.site, contact, state.manager);
}

/** While a rollout is under way no pointer changes (release/compare.ts): whoever goes on right after this `up` would be refused. */
async function awaitRollout(
  wanted: WantedRelease,
  before: SiteState,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<SiteState> {
  const until = Date.now() + longestWatch;
  let state = before;
  while (state.edgeService!.rollout?.state === 'updating' && Date.now() < until) {
    if (state === before) log('waiting for Swarm, which looks at the last new edge for some seconds');
    await sleep(pause);
    state = await readSwarmOf(wanted.site, contact, state.manager);
    await refusePaused(wanted, state, []);
  }
  return state;
}

/** Swarm has stopped a rollout of the edges since a new one failed: waiting would not help. */
async function refusePaused(wanted: WantedRelease, state: SiteState, left: readonly string[]): Promise<void> {
  const { rollout } = state.edgeService!;
  if (rollout?.state !== 'paused') return;
  const { docker } = state.manager;
  const tasks = await listTasks(docker, edgeServiceName);
  const failed = tasks.find((task) => failedStates.has(task.state) && task.image === wanted.site.edge.image);
  const lines = failed ? await taskLog(docker, failed.id) : [];
  throw new Error(
    `Swarm has paused the rollout of the edges: ${rollout.message}${failed ? ` (${failed.message})` : ''}\n` +
      left.map((line) => `  ${line}\n`).join('') +
      formatTaskLog(lines) +
      `The other edges serve as before. Correct evenkeel:edge and run pulumi up.`,
  );
}

function withoutEdges(state: SiteState, names: ReadonlySet<string>): SiteState {
  return { ...state, edges: state.edges.filter((edge) => !names.has(edge.name)) };
}

/** A fence holds only once Swarm has stopped the task. */
function stillServing(state: SiteState, fenced: ReadonlySet<string>): string[] {
  return state.edges
    .filter(
      (edge) => fenced.has(edge.name) && edge.swarmNode?.state === 'ready' && edge.task?.state === 'running',
    )
    .map((edge) => `${edge.name}: is fenced, and its edge still stops`);
}

function agrees(edge: EdgeState, wanted: WantedRelease): boolean {
  return (
    edge.worker?.haproxyCfg === wanted.haproxyCfg &&
    formatPointer(edge.worker.pointer) === formatPointer(wanted.pointer)
  );
}

/**
 * Edges with another haproxy.cfg are reloaded one after the other, so that never all of them start a worker at once. One that
 * refuses it is tried again at the next look: while edges are rolled, that are those of the version before.
 *
 * @param refused by node: what was said of it already.
 */
async function reloadChanged(
  edges: EdgeState[],
  wanted: WantedRelease,
  state: SiteState,
  contact: SiteContact,
  refused: Map<string, string>,
  log: (line: string) => void,
): Promise<void> {
  const cfg = decodeHaproxyLabel(state.edgeService!.labels[haproxyLabel]!);
  for (const edge of edges) {
    if (edge.worker!.haproxyCfg === wanted.haproxyCfg) continue;
    try {
      await reloadEdge(await contact.session(edge.name), edge.task!.containerId, cfg);
      log(`${edge.name}: reloaded with haproxy.cfg ${wanted.haproxyCfg}`);
    } catch (error) {
      const why = messageOf(error);
      if (refused.get(edge.name) !== why) log(`${edge.name}: ${why}`);
      refused.set(edge.name, why);
    }
  }
}
