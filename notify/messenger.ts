import { digest } from './digest';
import type { Message, Sender } from './message';
import { isQuiet, type QuietHours } from './quiet-hours';

/** What a messenger works with. */
export interface MessengerOptions {
  senders: readonly Sender[];
  quietHours?: QuietHours;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
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
  private readonly queues = new Map<Sender, Message[]>();

  constructor(private readonly options: MessengerOptions) {}

  /** Never throws, and returns at once. */
  tell(message: Message): void {
    const { quietHours, now } = this.options;
    if (message.urgency !== 'urgent' && quietHours && isQuiet(quietHours, now())) {
      this.kept.push(message);
      if (this.kept.length > waitingMax) this.kept.shift();
    } else this.send(message);
  }

  /** To be called now and then: sends the digest once the quiet hours are over. */
  tick(): void {
    const { quietHours, now } = this.options;
    if (this.kept.length === 0 || (quietHours && isQuiet(quietHours, now()))) return;
    const kept = this.kept;
    this.kept = [];
    this.send(digest(kept, quietHours?.timeZone));
  }

  private send(message: Message): void {
    for (const sender of this.options.senders) {
      const queue = this.queues.get(sender);
      if (queue) {
        queue.push(message);
        if (queue.length > waitingMax) queue.splice(1, 1); // the first one is on its way
      } else {
        this.queues.set(sender, [message]);
        void this.empty(sender);
      }
    }
  }

  /** One message after the other, so that down comes before up. */
  private async empty(sender: Sender): Promise<void> {
    const queue = this.queues.get(sender)!;
    for (let message = queue[0]; message !== undefined; message = queue[0]) {
      await this.deliver(sender, message);
      queue.shift();
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
        const pause = pauses[attempt];
        log(`message "${message.title}" by ${sender.name}: ${why}${pause === undefined ? '; given up' : ''}`);
        if (pause === undefined) return;
        await sleep(pause);
      }
    }
  }
}
