import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from '../release/compare';
import { formatPointer, type Pointer } from '../release/pointer';
import { haproxyLabel, pointerLabel, templateLabel } from './entry-command';
import { fenceUnreachable, unfence } from './fence';
import { decodeHaproxyLabel } from './haproxy-label';
import { reloadEdge } from './reload-edge';
import { RuntimeApi } from './runtime-api';
import { messageOf, type SiteContact } from './site-contact';
import { edgeDifferences, readSiteState, readSwarmOf, type EdgeState, type SiteState } from './site-state';
import { edgeServiceName, failedStates, listTasks, setServiceLabels } from './swarm-state';
import { formatTaskLog, taskLog } from './task-log';
import type { WantedRelease } from './wanted-release';

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

/** Pause between two looks, in ms. */
const pause = 300;

/**
 * Brings every edge to the pointer and to the haproxy.cfg of the labels. It is finished when they are read back: the
 * newest task on every node that Swarm does not call Down runs and has this generation (DESIGN.md, "Finished means
 * read back": a task made just before the label changed is born with the old value).
 *
 * @throws Error when the site has moved on to a newer generation, or when the edges don't agree in time.
 */
export async function switchover(
  wanted: WantedRelease,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<SwitchoverReport> {
  let state = await readSiteState(wanted.site, contact);
  if (!state?.edgeService) throw new Error('The site has no edges yet. Run: pulumi up');
  refuseWhenOvertaken(wanted, state);
  state = await healLabels(wanted, state, contact, log);
  const { manager } = state;
  const until = Date.now() + deadline;
  const fenced = new Set<string>();
  let spread: number | undefined;
  let said = '';
  await unfence(state, contact, log);
  for (;;) {
    const different = state.edges.filter((edge) => edge.worker && !agrees(edge, wanted));
    await reloadChanged(different, wanted, state, contact, log);
    const text = formatPointer(wanted.pointer);
    const older = different.filter((edge) => formatPointer(edge.worker!.pointer) !== text);
    spread = (await flip(older, wanted.pointer, contact)) ?? spread;
    state = await readSwarmOf(wanted.site, contact, manager);
    refuseWhenOvertaken(wanted, state);
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
  return {
    generation: wanted.pointer.generation,
    edges: state.edges.filter((edge) => edge.worker).map((edge) => edge.name),
    down: state.edges.filter((edge) => edge.swarmNode?.state === 'down').map((edge) => edge.name),
    fenced: [...fenced],
    spread,
  };
}

/** An orphaned switchover, or one of an old checkout, must not undo what came after it. */
function refuseWhenOvertaken(wanted: WantedRelease, state: SiteState): void {
  const edges = state.edges.flatMap((edge) => edge.worker?.pointer ?? []);
  const { refusals } = compare(wanted.pointer, { label: state.label, edges, templateChanges: false });
  if (refusals[0]) throw new Error(refusals[0]);
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

/** Edges with another haproxy.cfg are reloaded one after the other, so that never all of them start a worker at once. */
async function reloadChanged(
  edges: EdgeState[],
  wanted: WantedRelease,
  state: SiteState,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  const cfg = decodeHaproxyLabel(state.edgeService!.labels[haproxyLabel]!);
  for (const edge of edges) {
    if (edge.worker!.haproxyCfg === wanted.haproxyCfg) continue;
    try {
      await reloadEdge(await contact.session(edge.name), edge.task!.containerId, cfg, edge.worker!.pointer);
      log(`${edge.name}: reloaded with haproxy.cfg ${wanted.haproxyCfg}`);
    } catch (error) {
      log(`${edge.name}: ${messageOf(error)}`);
    }
  }
}

/**
 * Flips all the given edges at once: each worker, old ones that still finish requests too, takes in the pointer; only
 * when all have are they told to use it. An edge that fails is left to the next look.
 *
 * @returns ms between the first commit and the last, or undefined without any.
 */
async function flip(edges: EdgeState[], pointer: Pointer, contact: SiteContact): Promise<number | undefined> {
  const settled = await Promise.allSettled(
    edges.map(async (edge) => {
      const session = await contact.session(edge.name);
      const api = new RuntimeApi(session);
      const workers = await api.workers();
      return { session, prepared: await Promise.all(workers.map((worker) => api.prepare(pointer, worker))) };
    }),
  );
  const ready = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const commits = await Promise.allSettled(
    ready.flatMap(({ prepared }) => prepared.map((worker) => worker.commit())),
  );
  const times = commits.flatMap((each) => (each.status === 'fulfilled' ? [each.value.ms] : []));
  return times.length === 0 ? undefined : Math.max(...times) - Math.min(...times);
}
