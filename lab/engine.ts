import { createHash } from 'node:crypto';
import { openSync, closeSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dockerProcesses, processesOfContainers } from './docker-processes';
import { rememberForwarding, restoreForwarding } from './forwarding';
import { installPackages } from './install-packages';
import { withLock } from './lock';
import { run } from './run';
import type { Log } from './log';
import { unmountBelow } from './unmount-below';

/** A Docker that the lab can use. */
export interface Engine {
  /** The words to put before a docker sub-command: `['docker', …]`. */
  docker: string[];
  /** Variables that `docker` (or any client) needs to reach it. */
  env: NodeJS.ProcessEnv;
  /** True when this is the lab's own dockerd, started by hand, and not one that was there. */
  startedByUs: boolean;
  /** Stops the lab's own dockerd and removes its run-time files; does nothing to a Docker that was there. Its images stay in the cache. */
  stop(): Promise<void>;
}

/** What `ensureDocker` needs to know. */
export interface EngineOptions {
  /** See `cacheDirectory()`. */
  cacheDirectory: string;
  log: Log;
}

/**
 * Finds a Docker that works (`DOCKER_HOST`, or the current context), or starts one of the lab's own: on a Debian
 * machine as root, dockerd from Debian's `docker.io`, with its own socket, data and log, beside whatever else runs.
 * Throws with what to do where neither is possible.
 */
export async function ensureDocker({ cacheDirectory, log }: EngineOptions): Promise<Engine> {
  const own = ownEngine(cacheDirectory);
  return withEngineLock(cacheDirectory, log, async () => {
    if (await answers(own)) return own;
    const found = await findDocker();
    if (found) return found;
    if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
      throw new Error(
        'No Docker answers (`docker info` fails), and the lab can start one by itself only as root on Debian. ' +
          'Start Docker, or point DOCKER_HOST at one, and run the same command again.',
      );
    }
    await installPackages(
      { dockerd: 'docker.io', iptables: 'iptables', mmdebstrap: 'mmdebstrap', docker: 'docker-cli' },
      log,
    );
    // Where there is an init, installing Docker has started one.
    const installed = await findDocker();
    if (installed) return installed;
    await start(cacheDirectory, own, log);
    return own;
  });
}

/**
 * Runs `work` while nobody else starts or stops the lab's own Docker. Who is going to use it holds its lab's lock before
 * it asks for this one, so that who stops it can see that.
 */
export function withEngineLock<T>(cacheDirectory: string, log: Log, work: () => Promise<T>): Promise<T> {
  return withLock(
    join(cacheDirectory, 'engine.lock'),
    (pid) => log(`waiting for process ${pid}, which starts or stops the lab's Docker`),
    work,
  );
}

/** A Docker in use, without starting one: the lab's own if it runs, else the machine's; undefined when none answers. */
export async function findEngine(cacheDirectory: string): Promise<Engine | undefined> {
  const own = ownEngine(cacheDirectory);
  return (await answers(own)) ? own : findDocker();
}

/** True when the lab's own engine, running or not, has containers: those of a lab whose machine was switched off, or whose engine was killed. */
export function hasOwnContainers(cacheDirectory: string): boolean {
  const directory = join(paths(cacheDirectory).dataRoot, 'containers');
  return existsSync(directory) && readdirSync(directory).length > 0;
}

async function findDocker(): Promise<Engine | undefined> {
  const engine: Engine = { docker: ['docker'], env: {}, startedByUs: false, stop: () => Promise.resolve() };
  return (await answers(engine)) ? engine : undefined;
}

async function answers({ docker }: Engine): Promise<boolean> {
  try {
    return (await run([...docker, 'info', '--format', '{{.ID}}'], { timeout: 15_000 })).code === 0;
  } catch {
    return false; // no docker client
  }
}

/** Run-time files are kept in /run, short (a socket's path holds 107 bytes) and gone after a reboot; one engine for each cache. */
function paths(cacheDirectory: string) {
  const key = createHash('sha256').update(cacheDirectory).digest('hex').slice(0, 8);
  const runDirectory = `/run/evenkeel-${key}`;
  return {
    runDirectory,
    socket: join(runDirectory, 'docker.sock'),
    pidFile: join(runDirectory, 'dockerd.pid'),
    dataRoot: join(cacheDirectory, 'engine'),
    logFile: join(cacheDirectory, 'engine.log'),
    forwardingFile: join(runDirectory, 'ip-forward-before'),
  };
}

function ownEngine(cacheDirectory: string): Engine {
  const { socket, logFile } = paths(cacheDirectory);
  const host = `unix://${socket}`;
  return {
    docker: ['docker', '-H', host],
    env: { DOCKER_HOST: host },
    startedByUs: true,
    stop: async () => {
      await stopOwn(cacheDirectory);
      rmSync(logFile, { force: true });
    },
  };
}

async function start(cacheDirectory: string, own: Engine, log: Log): Promise<void> {
  const { runDirectory, socket, pidFile, dataRoot, logFile, forwardingFile } = paths(cacheDirectory);
  // A dockerd that was killed leaves its pid file, and containers and a containerd that the next one would trip over.
  await stopOwn(cacheDirectory);
  mkdirSync(runDirectory, { recursive: true, mode: 0o700 });
  mkdirSync(dataRoot, { recursive: true, mode: 0o711 });
  rememberForwarding(forwardingFile);
  const output = openSync(logFile, 'w');
  const daemon = spawn(
    'dockerd',
    [
      ['--host', `unix://${socket}`],
      ['--pidfile', pidFile],
      ['--data-root', dataRoot],
      ['--exec-root', join(runDirectory, 'exec')],
      // The lab makes its own network; a second docker0 would take a subnet from the machine.
      ['--bridge', 'none'],
      ['--log-level', 'warn'],
    ].flat(),
    { detached: true, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  let ended: string | undefined;
  daemon.once('error', (error) => (ended = error.message));
  daemon.once('exit', (code, signal) => (ended = `dockerd ended (${signal ?? `exit code ${code}`})`));
  daemon.unref();
  const began = Date.now();
  while (!(await answers(own))) {
    if (ended !== undefined || Date.now() - began > 60_000) {
      const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
      await stopOwn(cacheDirectory);
      throw new Error(
        `The lab's Docker did not start: ${ended ?? 'no answer for 60 s'}. Its last words (${logFile}):\n${tail}`,
      );
    }
    await sleep(200);
  }
  log(`started the lab's own Docker (${socket}, log: ${logFile})`);
}

/** Ends dockerd, what it started and what it mounted. Safe to call at any time, also after a kill or a reboot. */
async function stopOwn(cacheDirectory: string): Promise<void> {
  const { runDirectory, dataRoot, forwardingFile } = paths(cacheDirectory);
  if (process.platform !== 'linux') return;
  // All of them have a path of ours in their command line. dockerd first: it ends its containers and containerd in order.
  const ours = () => dockerProcesses(`${runDirectory}/`);
  const dockerd = ours().filter(({ name }) => name === 'dockerd');
  for (const { pid } of dockerd) send(pid, 'SIGTERM');
  await until(() => !ours().some(({ name }) => name === 'dockerd'), 20_000);
  // What a dockerd that was killed left running: its containerd and shims, then its containers.
  for (const { pid } of ours()) send(pid, 'SIGKILL');
  for (const pid of processesOfContainers(dataRoot)) send(pid, 'SIGKILL');
  await until(() => ours().length + processesOfContainers(dataRoot).length === 0, 10_000);
  await unmountBelow([runDirectory, dataRoot]);
  if (existsSync(runDirectory) && dockerProcesses('').every(({ name }) => name !== 'dockerd')) {
    await restoreForwarding(forwardingFile);
  }
  rmSync(runDirectory, { recursive: true, force: true });
}

async function until(condition: () => boolean, patience: number): Promise<void> {
  const began = Date.now();
  while (!condition() && Date.now() - began < patience) await sleep(100);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}
