import type Docker from 'dockerode';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceConfig } from '../config/site-config';
import { pullTime } from './candidate-tasks';
import { hookJob, hookLabel, hookServiceName, hookUntilLabel, type HookTask } from './hook-job';
import { readHookSecrets } from './hook-secrets';
import { messageOf, type SiteContact } from './site-contact';
import { endedStates, findService } from './swarm-state';
import { TaskOutput } from './task-output';

/** How long the Swarm may be out of reach while a hook runs, in ms: another manager is elected within some seconds. */
const patience = 60_000;

/** Pause between two looks, in ms. */
const pause = 1000;

/** How long a task may take to start before its waiting is told, in ms. */
const quiet = 5000;

interface JobTask {
  id: string;
  state: string;
  /** Why it failed, or what it is waiting for. */
  message: string;
  exitCode?: number;
}

/** Where a hook's words go. */
export interface HookVoice {
  /** A line that the hook printed. */
  print: (line: string) => void;
  /** What we have to say ourselves. */
  note: (line: string) => void;
}

/**
 * Runs a hook as a one-off task on the Swarm and takes it away again, however it ends.
 *
 * @returns why it failed; undefined when it ended with code 0.
 */
export async function runHookTask(
  task: HookTask,
  contact: SiteContact,
  voice: HookVoice,
): Promise<string | undefined> {
  const { service } = task.due;
  const swarm = swarmOf(contact);
  const busy = await clearLeftOver(service, swarm);
  if (busy) return busy;
  const { found, missing } = await swarm((docker) => readHookSecrets(docker, task.due));
  if (missing.length > 0)
    return (
      `no slot of ${service.name} has the secret ${missing.join(', ')} yet. A new secret gets into the Swarm together ` +
      `with a slot: run pulumi up with the secret and without the new version first`
    );
  const until = new Date(Date.now() + pullTime + task.timeout + service.stopGrace + patience).toISOString();
  const id = await swarm((docker) => createOnce(docker, hookJob(task, found, until), until));
  try {
    return await finished(id, task.timeout, swarm, voice);
  } finally {
    await remove(id, service.stopGrace, swarm).catch((error: unknown) =>
      voice.note(`${hookServiceName(service.name)} could not be removed from the Swarm: ${messageOf(error)}`),
    );
  }
}

type Swarm = <T>(ask: (docker: Docker) => Promise<T>) => Promise<T>;

/** Asks through a manager and, when that one does not answer any more, through the next. What Docker refuses is refused. */
function swarmOf(contact: SiteContact): Swarm {
  let docker: Docker | undefined;
  return async (ask) => {
    for (const until = Date.now() + patience; ; await sleep(pause)) {
      try {
        docker ??= (await contact.manager())?.docker;
        if (!docker) throw new Error('No manager of this site is in a Swarm. Run: pulumi up');
        return await ask(docker);
      } catch (error) {
        const status = statusOf(error);
        if ((status !== undefined && status < 500) || Date.now() > until) throw error;
        docker = undefined;
      }
    }
  };
}

/** HTTP status of Docker's refusal; undefined for any other error. */
function statusOf(error: unknown): number | undefined {
  return (error as { statusCode?: number }).statusCode;
}

/** Takes away what a run that was killed has left. @returns what is still running instead, and may be somebody's. */
async function clearLeftOver(service: ServiceConfig, swarm: Swarm): Promise<string | undefined> {
  const name = hookServiceName(service.name);
  const left = await swarm((docker) => findService(docker, name));
  if (!left) return undefined;
  const tasks = (await swarm((docker) => jobTasks(docker, left.id))) ?? [];
  const isOver = tasks.length > 0 && tasks.every(({ state }) => endedStates.has(state));
  if (isOver || Date.now() > Date.parse(left.labels[hookUntilLabel] ?? '')) {
    await remove(left.id, service.stopGrace, swarm);
    return undefined;
  }
  return (
    `the hook ${left.labels[hookLabel]} of ${service.name} still runs on the Swarm, of another pulumi up or of one that was ` +
    `killed. See what it does with: docker service logs ${name}. Wait until it has ended or, when nobody needs it, end it ` +
    `with: docker service rm ${name}`
  );
}

/** An answer that was lost on the way makes no second one: the label tells ours. */
async function createOnce(docker: Docker, job: Docker.CreateServiceOptions, until: string): Promise<string> {
  const made = await findService(docker, job.Name!);
  if (made?.labels[hookUntilLabel] === until) return made.id;
  return (await docker.createService(job)).id;
}

async function finished(
  id: string,
  timeout: number,
  swarm: Swarm,
  { print, note }: HookVoice,
): Promise<string | undefined> {
  const created = Date.now();
  let started: number | undefined;
  let output: TaskOutput | undefined;
  let said = '';
  for (;;) {
    const tasks = await swarm((docker) => jobTasks(docker, id));
    if (!tasks) return 'somebody has taken it away from the Swarm';
    // There is one task; where Swarm has made another one all the same, the newest counts.
    const task = tasks[0];
    const isOver = task !== undefined && endedStates.has(task.state);
    if (task && (isOver || task.state === 'running')) {
      started ??= Date.now();
      output ??= new TaskOutput(task.id);
      for (const line of await readOutput(output, swarm, isOver ? 3 : 1)) print(line);
    }
    if (isOver) return failureOf(task);
    const now = Date.now();
    if (started !== undefined && now - started > timeout) return `not done within ${timeout / 1000} s`;
    if (started === undefined) {
      const waitsFor = `${task?.state ?? 'no task yet'}${task?.message ? ` (${task.message})` : ''}`;
      if (now - created > pullTime) return `not started within ${pullTime / 60_000} minutes: ${waitsFor}`;
      if (now - created > quiet && waitsFor !== said) note(`waiting for the Swarm: ${(said = waitsFor)}`);
    }
    await sleep(pause);
  }
}

/** A log that can't be had is tried again with the next look; only the last look has more than one try. */
async function readOutput(output: TaskOutput, swarm: Swarm, tries: number): Promise<string[]> {
  for (let left = tries; left > 0; left--) {
    const lines = await swarm((docker) => output.next(docker).catch(() => undefined));
    if (lines) return lines;
  }
  return [];
}

function failureOf({ state, message, exitCode }: JobTask): string | undefined {
  if (state === 'complete') return undefined;
  if (exitCode) return `exit code ${exitCode}`;
  return `its task is ${state}${message ? ` (${message})` : ''}`;
}

/** Takes the service away, and waits until its container is gone: the next try must not run beside it. */
async function remove(id: string, stopGrace: number, swarm: Swarm): Promise<void> {
  const tasks = (await swarm((docker) => jobTasks(docker, id))) ?? [];
  await swarm((docker) => unlessGone(docker.getService(id).remove()));
  const until = Date.now() + stopGrace + 10_000;
  for (const task of tasks)
    while (!endedStates.has(task.state) && Date.now() < until) {
      const now = await swarm((docker) => unlessGone(docker.getTask(task.id).inspect() as Promise<RawTask>));
      if (!now || endedStates.has(now.Status.State)) break;
      await sleep(pause);
    }
}

interface RawTask {
  ID: string;
  CreatedAt: string;
  Status: { State: string; Message?: string; Err?: string; ContainerStatus?: { ExitCode?: number } };
}

/** The newest first; undefined: there is no such service. */
async function jobTasks(docker: Docker, service: string): Promise<JobTask[] | undefined> {
  const tasks = (await unlessGone(docker.listTasks({ filters: { service: [service] } }))) as
    RawTask[] | undefined;
  return tasks
    ?.sort((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt))
    .map(({ ID, Status }) => ({
      id: ID,
      state: Status.State,
      message: Status.Err || Status.Message || '',
      exitCode: Status.ContainerStatus?.ExitCode,
    }));
}

/** Undefined where Docker says that there is no such thing (any more). */
async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
