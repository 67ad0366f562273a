import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

/** What a client got over TLS, and from whom. */
export interface TlsAnswer {
  status: number;
  /** Of the certificate that the connection has, in hex; undefined of a session that goes on. */
  serial?: string;
}

/** What visitors over TLS saw. */
export interface TlsVisits {
  answered: number;
  /** Requests without an answer, or with one that is no 200, with what happened. */
  lost: string[];
}

/** One GET over TLS, on a connection of its own or on one of the agent's. */
export function askTls(
  address: string,
  host: string,
  { path = '/', agent, ...tls }: ConnectionOptions & { path?: string; agent?: Agent } = {},
): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: address, port: 443, path, headers: { host }, agent: agent ?? false, timeout: 10_000 },
        // What it is signed by is looked at by its serial.
        ...{ servername: host, rejectUnauthorized: false, ...tls },
      },
      (answer) => {
        // A session that goes on tells Node no certificate.
        const serial = (answer.socket as TLSSocket).getPeerX509Certificate()?.serialNumber;
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, serial }));
        answer.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error(`${address} does not answer within 10 s`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** For each address a client that stays on its connection and one that makes a new one each time; a request is never sent twice. */
export function startTlsVisitors(addresses: readonly string[], host: string): { stop(): Promise<TlsVisits> } {
  const seen: TlsVisits = { answered: 0, lost: [] };
  let stopping = false;
  const agents: Agent[] = [];
  const visit = async (address: string, agent?: Agent) => {
    while (!stopping) {
      try {
        const { status } = await askTls(address, host, { agent });
        if (status === 200) seen.answered++;
        else seen.lost.push(`${address}: status ${status}`);
      } catch (error) {
        seen.lost.push(`${address}: ${(error as Error).message}`);
      }
      await sleep(20);
    }
  };
  const loops = addresses.flatMap((address) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 60_000 });
    agents.push(agent);
    return [visit(address), visit(address, agent)];
  });
  return {
    stop: async () => {
      stopping = true;
      await Promise.all(loops);
      for (const agent of agents) agent.destroy();
      return seen;
    },
  };
}
