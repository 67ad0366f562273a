import { setTimeout as sleep } from 'node:timers/promises';
import { compare } from '../release/compare';
import { formatPointer } from '../release/pointer';
import { accept } from './acceptance';
import { candidates, type Candidate } from './candidate';
import { waitForHealth } from './candidate-health';
import { waitForTasks } from './candidate-tasks';
import { hooksBeforeSwitch } from './due-hooks';
import { leftBehind } from './left-behind';
import { runHooks } from './run-hook';
import { RuntimeApi } from './runtime-api';
import { type SiteContact } from './site-contact';
import { readSiteState, type SiteState } from './site-state';
import type { WantedRelease } from './wanted-release';

/**
 * Stands between the update of the idle slot and the change of the pointer: lets nothing through that is not proven.
 * The cheapest check comes first, the hook `beforeSwitch` last. When it throws, the label was not changed and the public
 * sees what it saw.
 *
 * @throws Error with the reason: what Swarm or the registry said, the last lines of the candidate's log, or which edge
 *   does not find it healthy.
 */
export async function gate(
  wanted: WantedRelease,
  contact: SiteContact,
  log: (line: string) => void,
): Promise<void> {
  let state = await readCompared(wanted, contact);
  // A version that rolls runs nowhere yet: it is proven node by node, by the next step.
  const toProve = candidates(wanted, state.label).filter(({ service }) => service.strategy !== 'rolling');
  await Promise.all(
    toProve.map(async (candidate) => {
      await accept(candidate, await proveEverywhere(candidate, wanted, contact, state, log), contact, log);
    }),
  );
  const hooks = hooksBeforeSwitch(wanted, state.label);
  await runHooks(
    hooks,
    wanted.site.site,
    contact,
    log,
    ({ service, previousVersion }) =>
      `The public was not touched: it is on ${previousVersion} of ${service.name}. Put right what failed and run pulumi up, which ` +
      `runs the hook again.`,
  );
  // A hook may take long enough for somebody to roll back meanwhile.
  if (hooks.length > 0) state = await readCompared(wanted, contact);
  if (state.label && formatPointer(state.label) !== formatPointer(wanted.pointer))
    await prepareEverywhere(wanted, state, contact);
  log(
    toProve.length === 0
      ? 'nothing new to prove'
      : `proven: ${toProve.map(({ service, slot, release }) => `${service.name} ${release.version} in ${slot}`).join(', ')}`,
  );
}

/** What runs. @throws Error when there is no Swarm, or the config is not the newest. */
export async function readCompared(wanted: WantedRelease, contact: SiteContact): Promise<SiteState> {
  const state = await readSiteState(wanted.site, contact);
  if (!state) throw new Error('No manager of this site is in a Swarm. Run: pulumi up');
  const { refusals } = compare(wanted.pointer, {
    label: state.label,
    edges: state.edges.flatMap((edge) => edge.worker?.pointer ?? []),
    rollout: state.edgeService?.rollout?.state,
    templateChanges: false,
  });
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  return state;
}

/** How long a node may be called Down while its slot still answers, in ms: a machine that is just coming back. */
const returnTime = 120_000;

/** Waits until the candidate runs and is healthy wherever an edge could send a client. @returns names of these nodes. */
export async function proveEverywhere(
  candidate: Candidate,
  wanted: WantedRelease,
  contact: SiteContact,
  state: SiteState,
  log: (line: string) => void,
): Promise<string[]> {
  const until = Date.now() + returnTime;
  const { service, slot, release } = candidate;
  // What the label has for the slot was proven on every node before: whoever answers there has this very image.
  const isNew = state.label?.services[service.name]?.digests[slot] !== release.digest;
  let said = '';
  for (;;) {
    const running = await waitForTasks(candidate, wanted, state.manager, log);
    let nodes: string[];
    try {
      nodes = await waitForHealth(candidate, [...running.keys()], wanted, contact, state, log);
    } catch (error) {
      // A machine that came back meanwhile has another task now, which was not given its time yet.
      const now = await waitForTasks(candidate, wanted, state.manager, log);
      const sameTasks = [...now].every(([node, task]) => running.get(node) === task);
      if (sameTasks || Date.now() > until) throw error;
      continue;
    }
    const behind = isNew ? await leftBehind(candidate, nodes, wanted, contact, state) : [];
    if (behind.length === 0) return nodes;
    if (Date.now() > until)
      throw new Error(
        `Swarm calls ${behind.join(', ')} Down, but ${slot} of ${service.name} answers there with what it had before, and the ` +
          `edges would send clients to it. The public was not touched. Bring the machine back into the site's network, or stop ` +
          `it; then run pulumi up again.`,
      );
    const now = behind.join(', ');
    if (now !== said)
      log(
        `${service.name}-${slot}: still answers on ${now} with what it had before, though Swarm calls it Down; waiting`,
      );
    said = now;
    await sleep(1000);
  }
}

/** Every edge that serves confirms that it could flip, before the label says that they shall. */
async function prepareEverywhere(
  wanted: WantedRelease,
  state: SiteState,
  contact: SiteContact,
): Promise<void> {
  await Promise.all(
    state.edges
      .filter((edge) => edge.worker)
      .map(async (edge) => {
        const prepared = await new RuntimeApi(await contact.session(edge.name)).prepare(wanted.pointer);
        await prepared.abandon();
      }),
  );
}
