import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { SshServer } from '../test/ssh-server';
import { dockerApi } from './docker-api';
import { SshSession } from './ssh-session';

/** Docker's API over SSH with somebody else behind the socket. @returns what `docker version` ends in. */
async function version(behindSocket: (stream: Duplex) => void, timeout: number): Promise<unknown> {
  const server = await SshServer.start({ unixSocket: () => behindSocket });
  const session = await SshSession.open(server.target(), 30_000);
  try {
    return await dockerApi(session, timeout).version();
  } finally {
    session.close();
    await server.close();
  }
}

describe('dockerApi', () => {
  it('gives up a Docker that takes a request and never answers', async () => {
    await expect(version((stream) => stream.resume(), 300)).rejects.toThrow(
      'its Docker has been silent for 0.3 s',
    );
  });

  it('waits for one that is slow but not silent', async () => {
    const answer = '{"Version":"20.10.24"}';
    const slowly = (stream: Duplex) =>
      stream.once('data', () => {
        void (async () => {
          stream.write(
            `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n`,
          );
          for (const letter of answer) {
            await sleep(300);
            stream.write(letter);
          }
        })();
      });
    await expect(version(slowly, 5000)).resolves.toEqual({ Version: '20.10.24' });
  });

  it('has nothing of the session in what docker-modem formats at each request', async () => {
    const server = await SshServer.start({ unixSocket: () => (stream: Duplex) => stream.resume() });
    const session = await SshSession.open(server.target(), 30_000);
    const { modem } = dockerApi(session) as unknown as { modem: { agent: unknown } };
    expect(inspect({ agent: modem.agent }, { showHidden: true, depth: null })).toBe(
      `{ agent: SessionAgent(${session.node}) }`,
    );
    session.close();
    await server.close();
  });
});
