import { digest } from './digest';
import type { Message, Sender } from './message';
import { isQuiet, type QuietHours } from './quiet-hours';

/** What a messenger works with. */
export interface MessengerOptions {
  senders: readonly Sender[];
  quietHours?: QuietHours;
  now: () => number;
  /** Waits so many ms, or until the signal. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** One line for the log; holds no secret. */
  log: (line: string) => void;
}

/** How long to wait before each further attempt, in ms: six in two hours, then the message is given up. */
const pauses = [10_000, 60_000, 300_000, 1_200_000, 5_400_000];
/** Messages that wait for one sender at most; the oldest go first. More than these nobody reads. */
const waitingMax = 50;

/**
 * Takes messages and sends them by all senders, each on its own: one that fails or hangs keeps neither the others nor the
 * caller. In quiet hours what is not urgent is kept, and comes as one digest when they are over.
 */
export class Messenger {
  private kept: Message[] = [];
  private readonly queues = new Map<Sender, { waiting: Message[]; empty: Promise<void> }>();
  private readonly ending = new AbortController();

  constructor(private readonly options: MessengerOptions) {}

  /** Never throws, and returns at once. */
  tell(message: Message): void {
    const { quietHours, now } = this.options;
    const keeps = !this.ending.signal.aborted && quietHours && isQuiet(quietHours, now());
    if (message.urgency !== 'urgent' && keeps) {
      this.kept.push(message);
      if (this.kept.length > waitingMax) this.kept.shift();
    } else this.send(message);
  }

  /** To be called now and then: sends the digest once the quiet hours are over. */
  tick(): void {
    const { quietHours, now } = this.options;
    if (quietHours && isQuiet(quietHours, now())) return;
    this.sendKept();
  }

  /**
   * To be called when the process is about to end, since nothing is kept on a disk: what waits is tried once more at once, one
   * attempt each, and so is what is told from now on. What was kept for the end of quiet hours comes now, as the same digest: a
   * message at night is better than none. Never throws; the log says what could not be sent.
   *
   * @param patience how long all of it may take, in ms.
   */
  async end(patience: number): Promise<void> {
    const { sleep, log } = this.options;
    this.ending.abort();
    this.sendKept();
    const done = new AbortController();
    const all = Promise.all([...this.queues.values()].map(({ empty }) => empty));
    await Promise.race([all, sleep(patience, done.signal)]);
    done.abort();
    for (const [sender, { waiting }] of this.queues)
      for (const { title } of waiting)
        log(`message "${title}" by ${sender.name}: no answer within the time there was; given up`);
  }

  private sendKept(): void {
    const kept = this.kept;
    this.kept = [];
    if (kept.length > 0) this.send(digest(kept, this.options.quietHours?.timeZone));
  }

  private send(message: Message): void {
    for (const sender of this.options.senders) {
      const queue = this.queues.get(sender);
      if (queue) {
        queue.waiting.push(message);
        if (queue.waiting.length > waitingMax) queue.waiting.splice(1, 1); // the first one is on its way
      } else {
        const waiting = [message];
        this.queues.set(sender, { waiting, empty: this.empty(sender, waiting) });
      }
    }
  }

  /** One message after the other, so that down comes before up. */
  private async empty(sender: Sender, waiting: Message[]): Promise<void> {
    for (let message = waiting[0]; message !== undefined; message = waiting[0]) {
      await this.deliver(sender, message);
      waiting.shift();
    }
    this.queues.delete(sender);
  }

  private async deliver(sender: Sender, message: Message): Promise<void> {
    const { sleep, log } = this.options;
    for (let attempt = 0; ; attempt++) {
      try {
        await sender.send(message);
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : 'unknown';
        const pause = this.ending.signal.aborted ? undefined : pauses[attempt];
        log(`message "${message.title}" by ${sender.name}: ${why}${pause === undefined ? '; given up' : ''}`);
        if (pause === undefined) return;
        await sleep(pause, this.ending.signal);
      }
    }
  }
}
