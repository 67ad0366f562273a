import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { SshSession } from '../remote/ssh-session';
import { formatPointer, parsePointer, type Pointer } from '../release/pointer';
import { masterSocket, pointerMapFile } from './edge-paths';
import { requestRing } from './haproxy-cfg/request-log';
import { parseRequestSample, type RequestSample } from './request-sample';

/** What one HAProxy worker says of itself. */
export interface WorkerInfo {
  /** Host name of its container: the first 12 hex digits of the container's ID. */
  container: string;
  /** Hash of the haproxy.cfg that it runs (see `haproxyCfgHash`). */
  haproxyCfg: string;
  pointer: Pointer;
}

/** One line of `show stat`, as far as it is used. */
export interface ServerStat {
  backend: string;
  /** Name of the node, or BACKEND. */
  server: string;
  /** E.g. `UP`, `DOWN`, `UP 1/2`, `MAINT`, `no check`. */
  status: string;
  /** Result of the last check, e.g. `L7OK`, `L4CON`; `* L7OK` while a check runs. */
  check: string;
  /** Requests in work. */
  sessions: number;
}

/** A pointer that a worker has taken in but does not use yet. */
export interface PreparedPointer {
  /** Makes the worker use it, for all keys at once; `ms` is when it was sure to be done (`performance.now()`). */
  commit(): Promise<{ ms: number }>;
  /** Forgets it. */
  abandon(): Promise<void>;
}

/**
 * How long an answer may take, in ms: HAProxy itself closes a connection on which nothing moves for 10 s (`stats timeout`).
 * But its master may never close one (2.6.12: seen once, a `show events` on a machine with seven times its cores to do, which
 * a canary then waited for until it was killed).
 */
const answerTime = 10_000;

/**
 * HAProxy's Runtime API on one edge: the master CLI behind its unix socket, over SSH.
 * (HAProxy Management Guide 2.6, sections 9.3 and 9.4.)
 */
export class RuntimeApi {
  /** @param patience ms within which each answer must be there. */
  constructor(
    private readonly session: SshSession,
    private readonly patience = answerTime,
  ) {}

  /** The worker that takes new connections: `@1` is the current one. */
  static readonly currentWorker = '@1';

  /** Prefixes of all workers: the current one, then old ones that still finish requests after a reload. */
  async workers(): Promise<string[]> {
    const answer = await this.ask('show proc');
    const old = answer.split('# old workers')[1]?.split('# programs')[0] ?? '';
    const pids = [...old.matchAll(/^(\d+)\s+worker/gm)].map((match) => `@!${match[1]}`);
    return [RuntimeApi.currentWorker, ...pids];
  }

  /** @throws Error when the worker does not answer or its map is no pointer. */
  async info(worker = RuntimeApi.currentWorker): Promise<WorkerInfo> {
    const [info, map] = await Promise.all([
      this.ask(`${worker} show info`),
      this.ask(`${worker} show map ${pointerMapFile}`),
    ]);
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(info)?.[1] ?? '';
    // Each line of `show map` begins with the entry's address.
    const lines = map.replace(/^0x[0-9a-f]+ /gm, '');
    return { container: field('node'), haproxyCfg: field('description'), pointer: parsePointer(lines) };
  }

  async serverStats(worker = RuntimeApi.currentWorker): Promise<ServerStat[]> {
    const [header, ...rows] = (await this.ask(`${worker} show stat`)).trim().split('\n');
    const names = (header ?? '').replace(/^# /, '').split(',');
    return rows.map((row) => {
      const cells = row.split(',');
      const cell = (name: string) => cells[names.indexOf(name)] ?? '';
      return {
        backend: cell('pxname'),
        server: cell('svname'),
        status: cell('status'),
        check: cell('check_status'),
        sessions: Number(cell('scur')),
      };
    });
  }

  /** The value of a variable of a worker's own (`proc.…`); undefined where it is not set. */
  async variable(name: string, worker = RuntimeApi.currentWorker): Promise<string | undefined> {
    return /: type=\w+ value=<(.*)>/.exec(await this.ask(`${worker} get var ${name}`))?.[1];
  }

  /**
   * Takes a server out of the balance or puts it back, at once and for requests to come: `drain` gives it no new client
   * (those whose session sticks to it go on), `maint` nobody, and it is not checked; `ready` is the ordinary state.
   * A reload keeps it (`server-state-file`), a reborn edge does not.
   *
   * @throws Error with HAProxy's words, e.g. when its haproxy.cfg has no such server.
   */
  async setServerState(
    backend: string,
    server: string,
    state: 'ready' | 'drain' | 'maint',
    worker = RuntimeApi.currentWorker,
  ): Promise<void> {
    const said = (await this.ask(`${worker} set server ${backend}/${server} state ${state}`)).trim();
    if (said !== '') throw new Error(`${this.session.node}: ${backend}/${server}: ${said}`);
  }

  /** The state of all servers, in the format that `server-state-file` reads. */
  serversState(): Promise<string> {
    return this.ask(`${RuntimeApi.currentWorker} show servers state`);
  }

  /**
   * The last requests that a worker sent to slots, in the order in which they ended; none of a worker that is gone.
   *
   * Always all that its ring holds: `show events -w`, which goes on with new ones, does not work through the master,
   * which closes its side of a worker's connection after each command and so ends that (tried: 2.6.12, 3.0.0). A reader
   * that gets stuck costs new lines, never a request, and after 10 s HAProxy closes it (tried; `stats timeout`).
   *
   * @throws Error when its haproxy.cfg has no such ring.
   */
  async requestSamples(worker = RuntimeApi.currentWorker): Promise<RequestSample[]> {
    const answer = await this.ask(`${worker} show events ${requestRing}`);
    if (answer.startsWith('No such event sink'))
      throw new Error(
        `${this.session.node}: its haproxy.cfg, from an earlier version of Evenkeel, logs no requests. Run: pulumi up`,
      );
    return answer.split('\n').flatMap((line) => parseRequestSample(line) ?? []);
  }

  /**
   * Gives a worker the pointer as a new version of the map, which is used only when it is committed; the channel that
   * the commit goes through is opened here too, so that a commit costs half a round trip.
   */
  async prepare(pointer: Pointer, worker = RuntimeApi.currentWorker): Promise<PreparedPointer> {
    const created = await this.ask(`${worker} prepare map ${pointerMapFile}`);
    const version = /New version created: (\d+)/.exec(created)?.[1];
    if (!version) throw new Error(`${this.session.node}: HAProxy did not prepare its map: ${created.trim()}`);
    const added = await this.ask(
      `${worker} add map @${version} ${pointerMapFile} <<\n${formatPointer(pointer)}`,
    );
    if (added.trim() !== '')
      throw new Error(`${this.session.node}: HAProxy refused the pointer: ${added.trim()}`);
    const channel = await this.session.openUnixSocket(masterSocket);
    return {
      commit: async () => {
        const said = (
          await this.answer(channel, `${worker} commit map @${version} ${pointerMapFile}`)
        ).trim();
        if (said !== '') throw new Error(`${this.session.node}: HAProxy did not take the pointer: ${said}`);
        return { ms: performance.now() };
      },
      abandon: async () => {
        channel.destroy();
        await this.ask(`${worker} clear map @${version} ${pointerMapFile}`);
      },
    };
  }

  /** Tells the master to start a worker with the files as they are now. @throws Error when no new worker took over. */
  async reload(): Promise<void> {
    const before = await this.reloads();
    await this.ask('reload');
    // HAProxy 2.6 answers before the new worker is up: a short wait, bounded by what reading a large file takes.
    for (let attempt = 0; attempt < 50; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = await this.reloads().catch(() => undefined); // the master re-executes itself meanwhile
      if (now && now.failed > before.failed)
        throw new Error(`${this.session.node}: HAProxy refused to reload`);
      if (now && now.total > before.total) return;
    }
    throw new Error(`${this.session.node}: HAProxy did not reload within 5 s`);
  }

  private async reloads(): Promise<{ total: number; failed: number }> {
    const match = /master\s+(\d+) \[failed: (\d+)\]/.exec(await this.ask('show proc'));
    if (!match) throw new Error(`${this.session.node}: HAProxy's master does not say how often it reloaded`);
    return { total: Number(match[1]), failed: Number(match[2]) };
  }

  /**
   * Gives the master CLI one command. @returns what it says.
   * @throws Error when nobody listens, or the answer has not come to its end in time: with the command's first line, since
   *   what follows may be a secret.
   */
  async ask(command: string): Promise<string> {
    return this.answer(await this.session.openUnixSocket(masterSocket), command);
  }

  private async answer(channel: Duplex, command: string): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        channel.destroy();
        const [asked] = command.split('\n');
        reject(
          new Error(
            `${this.session.node}: HAProxy has not answered "${asked}" within ${this.patience / 1000} s`,
          ),
        );
      }, this.patience);
    });
    const answer = text(channel);
    answer.catch(() => undefined); // of a channel that is given up, nobody waits for it
    channel.end(command + '\n');
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
