import type { Duplex } from 'node:stream';
import { SshSession } from '../remote/ssh-session';
import { SshServer } from '../test/ssh-server';
import { slotContainers } from './slot-containers';

const image = 'registry.example.com/shop:1.4.0@sha256:11';

/** A Docker that has these containers of whatever service it is asked for; the requests that it got. */
async function dockerWith(containers: { Image: string }[]) {
  const asked: string[] = [];
  const body = JSON.stringify(containers);
  const unixSocket = () => (stream: Duplex) =>
    stream.once('data', (data: Buffer) => {
      asked.push(decodeURIComponent(data.toString().split('\r\n')[0]!));
      stream.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
  const server = await SshServer.start({ unixSocket });
  const session = await SshSession.open(server.target(), 30_000);
  return { asked, session, close: () => (session.close(), server.close()) };
}

describe('slotContainers', () => {
  it('has the images by node, asks for running containers of the slot alone, and leaves out who does not answer', async () => {
    const docker = await dockerWith([{ Image: image }]);
    const session = (node: string) =>
      node === 'pi1' ? Promise.resolve(docker.session) : node === 'pi2' ? never : Promise.reject(new Error());
    const never = new Promise<SshSession>(() => undefined);
    expect(await slotContainers({ session }, ['pi1', 'pi2', 'pi3'], 'shop-blue', 5000)).toEqual({
      pi1: [image],
    });
    expect(docker.asked).toEqual([
      'GET /v1.41/containers/json?filters={"label":["com.docker.swarm.service.name=shop-blue"]} HTTP/1.1',
    ]);
    await docker.close();
  });
});
