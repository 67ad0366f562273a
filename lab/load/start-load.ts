import { setTimeout as delay } from 'node:timers/promises';
import { clock } from './clock';
import { Connection, type Outcome, type RequestHead } from './connection';
import type { Load } from './load';
import { checkLoadOptions, type LoadOptions, type LoadTarget } from './load-options';
import type { ConnectionKind } from './load-report';
import { Pacer } from './pacer';
import { Tally } from './tally';

/** Milliseconds that a loop waits after a lost request, so that a dead target is not asked thousands of times a second. */
const pauseAfterLoss = 50;

/**
 * Starts to send requests to every target, and goes on until `stop`. It stays with HTTP/1.1 and never sends a
 * request a second time; `LoadReport` says what counts as lost, wrong and reopened.
 * Throws when the options make no sense.
 */
export function startLoad(options: LoadOptions): Load {
  checkLoadOptions(options);
  return new RunningLoad(options);
}

class RunningLoad implements Load {
  requestsSent = 0;
  private readonly pacer: Pacer;
  private readonly tally: Tally;
  private readonly loops: Promise<unknown>;
  private waiters: { requests: number; resolve: () => void; reject: (reason: Error) => void }[] = [];
  private stopping = false;
  private failure: Error | undefined;

  constructor(private readonly options: LoadOptions) {
    this.pacer = new Pacer(options.rate);
    this.tally = new Tally(options);
    const loops = options.targets.flatMap((target) => [
      ...Array.from({ length: options.keepAlive }, () => this.loop(target, 'kept-alive')),
      ...Array.from({ length: options.fresh }, () => this.loop(target, 'fresh')),
    ]);
    // A loop fails only when `allowed` throws. That ends the load; until() and stop() tell.
    this.loops = Promise.all(
      loops.map((loop) =>
        loop.catch((error: unknown) => {
          this.failure ??= error instanceof Error ? error : new Error(String(error));
          this.halt();
        }),
      ),
    );
  }

  report() {
    return this.tally.report();
  }

  answers() {
    return this.tally.answers();
  }

  firstAndLast(version: string) {
    return this.tally.firstAndLast(version);
  }

  until(requests: number): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.tally.requests >= requests) return Promise.resolve();
    if (this.stopping) return Promise.reject(this.tooEarly(requests));
    return new Promise((resolve, reject) => this.waiters.push({ requests, resolve, reject }));
  }

  async stop() {
    this.halt();
    await this.loops;
    this.tally.end();
    for (const { requests, reject } of this.waiters.splice(0))
      reject(this.failure ?? this.tooEarly(requests));
    if (this.failure !== undefined) throw this.failure;
    return this.tally.report();
  }

  private halt(): void {
    this.stopping = true;
    this.pacer.stop();
    if (this.failure !== undefined) for (const { reject } of this.waiters.splice(0)) reject(this.failure);
  }

  private tooEarly(requests: number): Error {
    return new Error(
      `The load was stopped after ${this.tally.requests} requests, before ${requests} had ended`,
    );
  }

  private async loop(target: LoadTarget, kind: ConnectionKind): Promise<void> {
    const { host, path = '/', timeout = 10_000, cookies = [], tls } = this.options;
    const common: RequestHead = { host, path, timeout, close: kind === 'fresh' };
    let connection: Connection | undefined;
    try {
      for (;;) {
        await this.pacer.turn();
        if (this.stopping) return;
        const head = { ...common, cookie: cookies[this.requestsSent % cookies.length] };
        this.requestsSent++;
        const begin = clock();
        connection ??= new Connection(target.origin, tls);
        let outcome: Outcome = await connection.request(head);
        if (outcome.kind === 'unsent') {
          this.tally.reopened++;
          connection.close();
          connection = new Connection(target.origin, tls);
          outcome = await connection.request(head);
        }
        const good = this.count(outcome, target.name, kind, clock() - begin, connection.openedAt);
        if (kind === 'fresh' || outcome.kind !== 'answer') {
          connection.close();
          connection = undefined;
        }
        if (!good) await delay(pauseAfterLoss);
      }
    } finally {
      connection?.close();
    }
  }

  /** Counts one request, and says whether it was answered with 200. */
  private count(
    outcome: Outcome,
    target: string,
    kind: ConnectionKind,
    latency: number,
    openedAt: number | undefined,
  ): boolean {
    let good = false;
    const opened = openedAt === undefined ? {} : { openedAt };
    if (outcome.kind === 'answer' && outcome.status === 200) {
      const { version, sentAt, answeredAt } = outcome;
      this.tally.answered({ target, version, sentAt, answeredAt }, kind, latency);
      good = true;
    } else if (outcome.kind === 'answer') {
      this.tally.lost(target, kind, `status ${outcome.status}`, { status: outcome.status, ...opened });
    } else {
      // A connection that was never used can't be unsent; should it be, it is lost all the same.
      this.tally.lost(target, kind, outcome.kind === 'lost' ? outcome.text : 'not connected', opened);
    }
    this.wake();
    return good;
  }

  private wake(): void {
    if (!this.waiters.some(({ requests }) => requests <= this.tally.requests)) return;
    const waiters = this.waiters;
    this.waiters = waiters.filter(({ requests }) => requests > this.tally.requests);
    for (const { requests, resolve } of waiters) if (requests <= this.tally.requests) resolve();
  }
}
