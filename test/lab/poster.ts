import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleHost } from '../../lab/site-stack';

/** Orders that clients of some edges send: each POST has an ID of its own and is sent once, whatever comes of it. */
export class Poster {
  /** What came of each, by its ID: the status, or why there was none. */
  readonly ends: Record<string, string> = {};
  private stopped = false;
  private readonly loops: Promise<void>[];
  private readonly agent = new Agent({ keepAlive: true });

  /** Starts `clients` loops to each address, each with a pause of 50 ms after each answer. */
  constructor(
    private readonly name: string,
    addresses: readonly string[],
    clients = 2,
  ) {
    this.loops = addresses.flatMap((address) =>
      Array.from({ length: clients }, (_, client) => this.loop(address, client)),
    );
  }

  /** Ends it. @returns how many were answered, and how many had another end. */
  async stop(): Promise<{ answered: number; failed: number }> {
    this.stopped = true;
    await Promise.all(this.loops);
    this.agent.destroy();
    const all = Object.values(this.ends);
    const answered = all.filter((end) => end === '200').length;
    return { answered, failed: all.length - answered };
  }

  private async loop(address: string, client: number): Promise<void> {
    for (let count = 0; !this.stopped; count++) {
      const id = `${this.name}-${address}-${client}-${count}`;
      this.ends[id] = await this.post(address, id);
      await sleep(50);
    }
  }

  private post(address: string, id: string): Promise<string> {
    return new Promise((resolve) => {
      const body = JSON.stringify({ id });
      const asked = request(
        {
          host: address,
          path: `/count?id=${id}`,
          method: 'POST',
          headers: { host: sampleHost, 'content-type': 'application/json', 'content-length': body.length },
          agent: this.agent,
          timeout: 10_000,
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(String(answer.statusCode)));
          answer.on('error', ({ message }) => resolve(message));
        },
      );
      asked.on('timeout', () => asked.destroy(new Error('timeout')));
      asked.on('error', ({ message }) => resolve(message));
      asked.end(body);
    });
  }
}
