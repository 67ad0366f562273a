import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeConfig, ServiceConfig, SlotName } from '../config/site-config';
import { slotNames } from '../release/pointer';
import { accept } from './acceptance';
import { slotServiceName, type Candidate } from './candidate';
import { healthTime } from './candidate-health';
import { failuresAllowed, hasNotStarted, pullTime, runsToStay } from './candidate-tasks';
import { backendName } from './haproxy-cfg';
import { letGo, setServers } from './let-go';
import { isUnread } from './say-rolling';
import type { SiteContact } from './site-contact';
import { readSiteState, type SiteState } from './site-state';
import { isBound, isReady, setSlot } from './slot-of-node';
import { isGood, sickServers, statsOfEdges } from './stats-of-edges';
import { containerSpecOf, endedStates, findService, listTasks, type SwarmTask } from './swarm-state';
import { formatTaskLog, taskLog } from './task-log';
import type { WantedRelease } from './wanted-release';

/** Pause between two looks, in ms. */
const pause = 500;

/** How long another server may take to be up before a node is taken out, in ms: a task that died is back in some seconds. */
const othersTime = 60_000;

/** What Swarm may need beyond a task's own grace to end it and to say so, in ms. */
const endReserve = 20_000;

/** One node of a service that rolls, and the slot that it is to run. */
export class RollingNode {
  /** Tasks that were there before: what became of them says nothing of the new one. */
  private former = new Set<string>();

  constructor(
    private readonly node: NodeConfig,
    private readonly candidate: Candidate,
    private readonly wanted: WantedRelease,
    private readonly contact: SiteContact,
    private readonly log: (line: string) => void,
  ) {}

  private get service(): ServiceConfig {
    return this.candidate.service;
  }

  /** The site of this one service: what is let go of here is its servers. */
  private get site() {
    return { ...this.wanted.site, release: this.wanted.release, services: [this.service] };
  }

  /**
   * Every edge lets go of the node's server, its requests end, and then the task is ended. A slot that runs on all nodes,
   * since it is from before the service rolled, stays as it is.
   *
   * @throws Error when no other server is up; the node serves as before then.
   */
  async takeOut(from: SlotName): Promise<void> {
    const { name } = this.node;
    let state = await this.awaitOthers();
    const { docker } = state.manager;
    const runs = await findService(docker, slotServiceName(this.service.name, from));
    if (runs && isBound(runs, this.service.name, from)) {
      this.log(`${name}: the edges let go of ${slotServiceName(this.service.name, from)}`);
      try {
        for (;;) {
          await letGo(this.node, this.site, serving(state), this.contact, this.log);
          const before = containers(state);
          state = await this.read();
          // An edge that was born meanwhile knows nothing of it.
          if (containers(state) === before) break;
        }
      } catch (error) {
        await setServers('ready', this.node, this.site, serving(state), this.contact).catch(() => undefined);
        throw error;
      }
    }
    await this.give(undefined, state);
    if (runs && isBound(runs, this.service.name, from)) await this.awaitEnd();
  }

  /** The node gets a task of the slot; no edge sends a request there yet. */
  async putIn(): Promise<void> {
    const state = await this.read();
    this.former = new Set((await this.tasks(state)).map(({ id }) => id));
    await setServers('drain', this.node, this.site, serving(state), this.contact);
    await this.give(this.candidate.slot, state);
  }

  /**
   * Waits until every edge finds the new task healthy, runs the acceptance command where it is to be run, and lets the edges
   * send requests there. A node that dies meanwhile is not waited for.
   *
   * @throws Error with Swarm's reason, what the edges say, and the last lines of the task's log.
   */
  async prove(withAcceptance: boolean): Promise<void> {
    const { name } = this.node;
    const { slot } = this.candidate;
    const backend = backendName(this.service.name, slot);
    const pulled = Date.now() + pullTime;
    let until: number | undefined;
    let said = '';
    for (;;) {
      const state = await this.read();
      if (!isReady(state, name)) return;
      const tasks = await this.tasks(state);
      const newest = tasks[0];
      const failed = tasks.filter(hasNotStarted);
      const runs = runsToStay(newest);
      if (!runs && failed.length > failuresAllowed)
        throw await this.failure(state, failed[0]!.message, failed[0]);
      if (runs) until ??= Date.now() + healthTime;
      const sick = runs ? sickServers(await statsOfEdges(serving(state), this.contact), backend, name) : [];
      if (runs && sick.length === 0) break;
      const left = runs ? sick.join(', ') : `its task is ${newest?.state ?? 'not made yet'}`;
      if (Date.now() > (until ?? pulled)) throw await this.failure(state, left, failed[0] ?? newest);
      if (left !== said)
        this.log(`${name}: waiting for ${slotServiceName(this.service.name, slot)}: ${left}`);
      said = left;
      await sleep(pause);
    }
    if (withAcceptance) await accept(this.candidate, [name], this.contact, this.log);
    await setServers('ready', this.node, this.site, serving(await this.read()), this.contact);
  }

  /** Waits until every edge has another server of the service that is up. */
  private async awaitOthers(): Promise<SiteState> {
    const { name } = this.node;
    const backends = slotNames.map((slot) => backendName(this.service.name, slot));
    const until = Date.now() + othersTime;
    for (;;) {
      const state = await this.read();
      const perEdge = await statsOfEdges(serving(state), this.contact);
      const alone = Object.entries(perEdge).filter(
        ([, rows]) =>
          !rows.some(
            (row) =>
              backends.includes(row.backend) &&
              row.server !== name &&
              row.server !== 'BACKEND' &&
              isGood(row),
          ),
      );
      const unread = state.edges.filter(isUnread);
      if (alone.length + unread.length === 0) return state;
      if (Date.now() > until)
        throw new Error(
          unread.length > 0
            ? `The edge of ${unread[0]!.name} can't be read (${unread[0]!.problem ?? 'no edge'}), so it can't let go of ${name}.`
            : `${alone.map(([edge]) => edge).join(', ')}: without ${name} no server of ${this.service.name} would be up.`,
        );
      await sleep(pause);
    }
  }

  /** Until Swarm has ended the tasks on the node, and every edge has seen that nobody answers there. */
  private async awaitEnd(): Promise<void> {
    const { name } = this.node;
    const until = Date.now() + this.service.stopGrace + endReserve;
    let ended = false;
    for (;;) {
      const state = await this.read();
      if (!isReady(state, name)) return;
      const lists = await Promise.all(
        slotNames.map((slot) => listTasks(state.manager.docker, slotServiceName(this.service.name, slot))),
      );
      const id = nodeId(state, name);
      ended ||= lists.flat().every((task) => task.nodeId !== id || endedStates.has(task.state));
      // Also the edges that were born meanwhile. Checked again, servers that are gone go down.
      await setServers(ended ? 'drain' : 'maint', this.node, this.site, serving(state), this.contact);
      const rows = Object.values(await statsOfEdges(serving(state), this.contact)).flat();
      const backends = slotNames.map((slot) => backendName(this.service.name, slot));
      const up = rows.filter(
        (row) => row.server === name && backends.includes(row.backend) && !row.status.startsWith('DOWN'),
      );
      if (ended && up.length === 0) return;
      if (Date.now() > until)
        throw new Error(
          `${name}: a task of ${this.service.name} does not end. See why with: docker node ps ${name}`,
        );
      await sleep(pause);
    }
  }

  /** Which slot the node runs. */
  private async give(slot: SlotName | undefined, state: SiteState): Promise<void> {
    const id = nodeId(state, this.node.name);
    await setSlot(state, id, this.service.name, slot);
  }

  private read(): Promise<SiteState> {
    return readSiteState(this.wanted.site, this.contact).then((state) => state!);
  }

  /** The new tasks on the node, the newest first. */
  private async tasks(state: SiteState): Promise<SwarmTask[]> {
    const { docker } = state.manager;
    const name = slotServiceName(this.service.name, this.candidate.slot);
    const [service, tasks] = await Promise.all([findService(docker, name), listTasks(docker, name)]);
    const id = nodeId(state, this.node.name);
    const spec = service && containerSpecOf(service);
    return tasks.filter(
      (task) => task.nodeId === id && task.containerSpec === spec && !this.former.has(task.id),
    );
  }

  private async failure(state: SiteState, reason: string, task: SwarmTask | undefined): Promise<Error> {
    const lines = task ? await taskLog(state.manager.docker, task.id) : [];
    const { release } = this.candidate;
    return new Error(
      `${this.service.name} ${release.version} is not healthy on ${this.node.name}: ${reason}\n${formatTaskLog(lines)}`.trimEnd(),
    );
  }
}

function nodeId({ nodes }: SiteState, name: string): string {
  const found = nodes.find((node) => node.name === name);
  if (!found) throw new Error(`${name}: is not in the Swarm any more`);
  return found.id;
}

function serving({ edges }: SiteState): string[] {
  return edges.filter(({ worker }) => worker).map(({ name }) => name);
}

function containers({ edges }: SiteState): string {
  return edges.map(({ name, worker }) => `${name} ${worker?.container ?? ''}`).join(', ');
}
