/** How far behind its rate a load may fall and still catch up, in ms: more than timers are late, or a busy machine is away. */
const catchUp = 250;

/** Gives out the turns of a load's loops: evenly spaced at a rate, or at once. */
export class Pacer {
  private readonly interval: number;
  private readonly waiting: (() => void)[] = [];
  private due = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** `rate` is in turns a second; without it nobody waits. */
  constructor(rate?: number) {
    this.interval = rate === undefined ? 0 : 1000 / rate;
  }

  /** Resolves when it is the caller's turn, first come, first served; never before the event loop's next turn. */
  turn(): Promise<void> {
    if (this.interval === 0 || this.stopped) return new Promise((resolve) => void setImmediate(resolve));
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.timer === undefined) this.schedule();
    });
  }

  /** Ends all waiting; from now on every turn comes at once. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private schedule(): void {
    this.timer = setTimeout(() => this.release(), this.due - performance.now());
  }

  private release(): void {
    const now = performance.now();
    this.due = Math.max(this.due, now - catchUp);
    while (this.due <= now) {
      const resolve = this.waiting.shift();
      if (resolve === undefined) break;
      resolve();
      this.due += this.interval;
    }
    this.timer = undefined;
    if (this.waiting.length > 0) this.schedule();
  }
}
