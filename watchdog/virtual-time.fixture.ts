/** For specs: a clock that stands still until all that runs waits for it. */
export class VirtualTime {
  /** In ms since 1970. */
  now = Date.UTC(2026, 10, 27, 12);
  private waiting: { at: number; order: number; wake: () => void }[] = [];
  private order = 0;

  /** Waits so many ms, or until the signal. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake) => {
      this.waiting.push({ at: this.now + Math.max(0, ms), order: this.order++, wake });
      signal?.addEventListener('abort', () => wake(), { once: true });
    });

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const next = this.waiting.reduce<(typeof this.waiting)[number] | undefined>(
        (first, each) =>
          !first || each.at < first.at || (each.at === first.at && each.order < first.order) ? each : first,
        undefined,
      );
      if (!next || next.at > end) break;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.wake();
    }
    this.now = end;
  }
}

/** When everything that needs no time has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
