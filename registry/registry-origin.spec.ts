import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Operator } from './operator.fixture';
import { RegistryStandIn } from './registry-stand-in';
import { resolveImage } from './resolve-image';
import { addImage } from './shop-image.fixture';

const arm = { os: 'linux', architecture: 'arm' };

let operator: Operator;
beforeAll(async () => {
  operator = await Operator.make();
});
afterEach(async () => {
  operator.logOut();
  await RegistryStandIn.stopAll();
});
afterAll(() => operator.remove());

const resolve = (host: string) => resolveImage(`${host}/shop`, '1.5.0', operator.settings);

describe('plain HTTP', () => {
  let plain: RegistryStandIn;
  let digest: string;
  beforeEach(async () => {
    plain = await RegistryStandIn.start();
    digest = addImage(plain, arm, '1.5.0');
  });

  it.each(['127.0.0.1', 'localhost'])('is spoken with %s, which does not speak TLS', async (name) => {
    expect((await resolve(`${name}:${plain.port}`)).digest).toBe(digest);
  });

  it('carries a login to this machine', async () => {
    plain.login = { kind: 'basic', user: 'ann', password: 'secret' };
    operator.dockerLogin(plain.host, 'ann', 'secret');
    expect((await resolve(plain.host)).digest).toBe(digest);
  });

  // Linux takes 0.0.0.0 for this machine, Docker and Evenkeel do not: a way to have a host that is none of 127.0.0.0/8.
  it('is refused with any other host', async () => {
    operator.dockerLogin(`0.0.0.0:${plain.port}`, 'ann', 'secret');
    await expect(resolve(`0.0.0.0:${plain.port}`)).rejects.toThrow(
      `0.0.0.0:${plain.port} speaks plain HTTP, which Evenkeel uses with this machine's own addresses only`,
    );
    expect(plain.received).toEqual([]);
  });

  it('is spoken with a server of this machine that hangs up on TLS', async () => {
    const server = createServer((socket) => {
      socket.once('data', (data: Buffer) => {
        if (data[0] === 0x16) return void socket.destroy(); // a TLS record of a handshake (RFC 8446, 5.1)
        socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(resolve(`127.0.0.1:${port}`))
      .rejects.toThrow('There is no image')
      .finally(() => server.close());
  });
});

describe('a certificate that is not trusted', () => {
  it('is named with the place for its authority; no login, and no plain HTTP', async () => {
    const registry = await RegistryStandIn.start(operator.certificate);
    operator.dockerLogin(registry.host, 'ann', 'secret');
    await expect(resolve(registry.host)).rejects.toThrow(
      `put its authority's certificate where Docker looks for it: /etc/docker/certs.d/${registry.host}/ca.crt`,
    );
    expect(registry.received).toEqual([]);
  });

  it('of another name is refused though its authority is trusted', async () => {
    const registry = await RegistryStandIn.start(operator.certificate);
    operator.trust(`localhost:${registry.port}`);
    await expect(resolve(`localhost:${registry.port}`)).rejects.toThrow(/gave no usable answer: .*altnames/);
    expect(registry.received).toEqual([]);
  });

  it('of one registry is not trusted for another', async () => {
    const [one, other] = await Promise.all([
      RegistryStandIn.start(operator.certificate),
      RegistryStandIn.start(operator.certificate),
    ]);
    operator.trust(one.host);
    await expect(resolve(other.host)).rejects.toThrow('no authority known here vouches for');
  });
});
