import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer of the sample service about customers. */
export interface CustomerAnswer {
  status: number;
  version: string;
  body: string;
}

/** Sends one request about customers, and resolves with the answer, whatever it is; rejects when it is lost. */
export type AskCustomers = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  names?: { given: string; family: string },
) => Promise<CustomerAnswer>;

/** Pause of a client between two customers, in ms: some hundred requests a second, on two cores that do all the rest too. */
const pause = 100;

/**
 * Clients that add, rename and read customers through every edge until they are told to stop. No request is sent twice.
 * Each client has customers of its own, so it knows what each of them must be called, whichever version wrote it.
 */
export class Customers {
  /** What the service was told: ID → name. */
  readonly names = new Map<string, string>();
  /** Requests that were lost, refused or answered with another name, in words. */
  readonly failures: string[] = [];
  requests = 0;
  /** How many requests each version answered, by method and version, such as `POST 3.0.0`. */
  readonly answered: Record<string, number> = {};
  private stopping = false;
  private clients: Promise<unknown> = Promise.resolve();

  /** @param edges addresses; for each there is a client with a kept-alive connection, and one with new ones, that begin there. */
  static start(edges: readonly string[], host: string): Customers {
    const customers = new Customers();
    const clients = edges.flatMap((_, at) =>
      [true, false].map((keepAlive) => {
        const turned = [...edges.slice(at), ...edges.slice(0, at)];
        return customers.client(
          `${keepAlive ? 'Ada' : 'Bob'}${at + 1}`,
          turned.map((address) => viaEdge(address, host, keepAlive)),
        );
      }),
    );
    customers.clients = Promise.all(clients);
    return customers;
  }

  /** Lets the requests in flight end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.clients;
  }

  /** Each customer is added through one edge, read and perhaps renamed through the next, and read through the one after. */
  private async client(given: string, edges: readonly AskCustomers[]): Promise<void> {
    const own: string[] = [];
    for (let turn = 0; !this.stopping; turn++) {
      const via = (step: number) => edges[(turn + step) % edges.length]!;
      try {
        const id = await this.add(via(0), given, `Number ${turn}`);
        own.push(id);
        await this.read(via(1), id);
        const old = own[Math.floor(Math.random() * own.length)]!;
        await this.read(via(2), old);
        if (turn % 3 === 0) {
          await this.rename(via(1), old, given, `Renamed ${turn}`);
          await this.read(via(2), old);
        }
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error));
      }
      await sleep(pause);
    }
  }

  /** @returns the new customer's ID. */
  async add(ask: AskCustomers, given: string, family: string): Promise<string> {
    const { body } = await this.ask(ask, 201, 'POST', '/customers', { given, family });
    const id = String((JSON.parse(body) as { id: number }).id);
    if (this.names.has(id))
      throw new Error(`POST /customers: ${id} is the ID of ${this.names.get(id)} already`);
    this.names.set(id, `${given} ${family}`);
    return id;
  }

  async rename(ask: AskCustomers, id: string, given: string, family: string): Promise<void> {
    await this.ask(ask, 200, 'PUT', `/customers/${id}`, { given, family });
    this.names.set(id, `${given} ${family}`);
  }

  /** Throws when the service says another name than it was told. */
  async read(ask: AskCustomers, id: string): Promise<void> {
    const { body, version } = await this.ask(ask, 200, 'GET', `/customers/${id}`);
    const { name } = JSON.parse(body) as { name: string };
    const told = this.names.get(id);
    if (name !== told) throw new Error(`GET /customers/${id}: ${version} says ${name}, and was told ${told}`);
  }

  private async ask(
    ask: AskCustomers,
    right: number,
    ...what: Parameters<AskCustomers>
  ): Promise<CustomerAnswer> {
    const [method, path] = what;
    this.requests += 1;
    const answer = await ask(...what).catch((error: Error) => {
      throw new Error(`${method} ${path}: lost: ${error.message}`);
    });
    if (answer.status !== right)
      throw new Error(`${method} ${path}: ${answer.version} answers ${answer.status}: ${answer.body}`);
    const key = `${method} ${answer.version}`;
    this.answered[key] = (this.answered[key] ?? 0) + 1;
    return answer;
  }
}

/** Requests to one edge, over one kept-alive connection or over a new one each. */
export function viaEdge(address: string, host: string, keepAlive: boolean): AskCustomers {
  const agent = new Agent({ keepAlive, maxSockets: 1 });
  return (method, path, names) =>
    new Promise((resolve, reject) => {
      const body = names && JSON.stringify(names);
      const headers = { host, ...(body && { 'content-length': Buffer.byteLength(body) }) };
      const options = { host: address, port: 80, path, method, headers, agent, timeout: 10_000 };
      const asked = request(options, (answer) => {
        const { statusCode: status = 0, headers: shown } = answer;
        text(answer).then(
          (content) => resolve({ status, version: String(shown['x-version']), body: content.trim() }),
          reject,
        );
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer for 10 s')));
      asked.on('error', reject);
      asked.end(body);
    });
}
