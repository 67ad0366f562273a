import { setTimeout as sleep } from 'node:timers/promises';
import { releaseImage, slotServiceName, type Candidate } from './candidate';
import { serviceNodes } from './haproxy-cfg';
import type { Manager } from './site-contact';
import {
  containerSpecOf,
  failedStates,
  findService,
  imageOf,
  listNodes,
  listTasks,
  type SwarmNode,
  type SwarmTask,
} from './swarm-state';
import { formatTaskLog, taskLog } from './task-log';
import type { WantedRelease } from './wanted-release';

/**
 * How often a task may fail on one node before the candidate is given up. Swarm starts it again each time, after a
 * second; once may be bad luck (a port that is just being freed), three times is not.
 */
export const failuresAllowed = 2;

/**
 * A task that lived longer than this, in ms, did start: it ended with its machine, say, and Swarm still lists it (the last
 * five of each node). Measured: after three power cuts nothing could be switched to a slot that was well.
 */
const startTime = 60_000;

/**
 * With this exit code Docker notes a container that it finds dead when it starts (moby, daemon/daemon.go, `restore`): the
 * machine lost its power, or dockerd died. A program may end with it too.
 */
const foundDead = 255;

/** A task that was found dead had started when it lived longer than this, in ms: a program that can't start ends sooner. */
const startTimeFoundDead = 10_000;

/** How long an image may take to be pulled, in ms: 500 MB over a home's 10 Mbit/s line. */
export const pullTime = 600_000;

/** Pause between two looks, in ms. */
const pause = 500;

/**
 * Waits until the candidate's image runs on every node of its service that Swarm does not call Down.
 *
 * @returns by the names of these nodes: the ID of the task that runs there.
 * @throws Error with Swarm's reason and the last lines of the task's log, as soon as it is sure that waiting is no use.
 */
export async function waitForTasks(
  candidate: Candidate,
  wanted: WantedRelease,
  manager: Manager,
  log: (line: string) => void,
): Promise<Map<string, string>> {
  const { docker } = manager;
  const name = slotServiceName(candidate.service.name, candidate.slot);
  const image = releaseImage(candidate.service, candidate.release);
  const own = new Set(
    serviceNodes({ ...wanted.site, release: wanted.release }, candidate.service).map((node) => node.name),
  );
  const until = Date.now() + pullTime;
  let said = '';
  for (;;) {
    const service = await findService(docker, name);
    const runs = imageOf(service);
    if (runs !== image)
      throw new Error(
        `The Swarm service ${name} has the image ${runs ?? '(none: it does not exist)'}, and the config wants ${image}. ` +
          `It was changed by hand, or Pulumi's state is not what runs. Run "pulumi refresh --yes --run-program" and then "pulumi up".`,
      );
    const nodes = (await listNodes(docker)).filter(
      (node) => node.name && own.has(node.name) && node.state === 'ready' && node.availability === 'active',
    );
    if (nodes.length === 0)
      throw new Error(`${name}: none of its nodes (${[...own].join(', ')}) is ready in the Swarm`);
    // An earlier task may have the same image, with an older environment or secret.
    const tasks = (await listTasks(docker, name)).filter(
      (task) => service && task.containerSpec === containerSpecOf(service),
    );
    for (const node of nodes) await refuseFailing(name, node, tasks, manager);
    const waiting = nodes.filter((node) => !runsToStay(newestOn(node, tasks)));
    if (waiting.length === 0) return new Map(nodes.map((node) => [node.name!, newestOn(node, tasks)!.id]));
    const now = waiting.map((node) => `${node.name} (${stateOf(newestOn(node, tasks))})`).join(', ');
    if (Date.now() > until)
      throw new Error(`${name}: does not run after ${pullTime / 60_000} minutes on ${now}`);
    if (now !== said) log(`${name}: waiting for ${now}`);
    said = now;
    await sleep(pause);
  }
}

function newestOn(node: SwarmNode, tasks: readonly SwarmTask[]): SwarmTask | undefined {
  return tasks.find((task) => task.nodeId === node.id);
}

/**
 * Whether a task runs and shall go on running. A machine that comes back has for a while the task that it had before:
 * Swarm has long wanted its end, and it still finishes its requests, with its port closed (red in CI: the gate took it for
 * the candidate, and gave up after 30 s, before Swarm had put a new one there).
 */
export function runsToStay(task: Pick<SwarmTask, 'state' | 'desiredState'> | undefined): boolean {
  return task?.state === 'running' && task.desiredState === 'running';
}

function stateOf(task: SwarmTask | undefined): string {
  if (!task) return 'no task yet';
  return task.state === 'running' ? 'the task from before still ends' : task.state;
}

/** Whether a task failed before it can have been of use to anybody. */
export function hasNotStarted({ state, createdAt, changedAt, exitCode }: SwarmTask): boolean {
  const enough = exitCode === foundDead ? startTimeFoundDead : startTime;
  return failedStates.has(state) && Date.parse(changedAt) - Date.parse(createdAt) < enough;
}

async function refuseFailing(
  name: string,
  node: SwarmNode,
  tasks: readonly SwarmTask[],
  { docker }: Manager,
): Promise<void> {
  const failed = tasks.filter((task) => task.nodeId === node.id && hasNotStarted(task));
  if (failed.length <= failuresAllowed) return;
  const last = failed[0]!;
  const lines = await taskLog(docker, last.id);
  throw new Error(
    `${name} does not start on ${node.name}: ${last.message}\n` +
      formatTaskLog(lines) +
      `The public was not touched. Put a version that works into the slot, and run pulumi up.`,
  );
}
