/** How long an answer may take, in ms. */
const patience = 10_000;

/**
 * A dead man's switch: asks for an address at regular times while all is well, so that a service elsewhere (Healthchecks.io,
 * Uptime Kuma, …) raises the alarm when nothing comes any more. Never throws and is not waited for; a beat that fails is not
 * repeated, since the next one comes.
 */
export class Heartbeat {
  private last?: number;

  constructor(
    /** Holds a secret as a rule, so it is never printed. */
    private readonly url: string,
    /** Time between two beats, in ms. */
    private readonly every: number,
    private readonly now: () => number,
    private readonly log: (line: string) => void,
  ) {}

  /** To be called whenever all is well; asks when it is time. */
  beat(): void {
    const now = this.now();
    if (this.last !== undefined && now - this.last < this.every) return;
    this.last = now;
    fetch(this.url, { signal: AbortSignal.timeout(patience) })
      .then((answer) => {
        if (!answer.ok) this.log(`heartbeat: the answer is ${answer.status}`);
        return answer.body?.cancel();
      })
      .catch(() => this.log('heartbeat: no answer'));
  }
}
