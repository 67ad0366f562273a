import { messageOf } from './message-of.fixture';
import { Operator } from './operator.fixture';
import { RegistryStandIn } from './registry-stand-in';
import { resolveImage } from './resolve-image';
import { addImage } from './shop-image.fixture';

const arm = { os: 'linux', architecture: 'arm', variant: 'v7' };

let operator: Operator;
let registry: RegistryStandIn;
/** Another host, as the storage behind a registry. */
let storage: RegistryStandIn;

beforeAll(async () => {
  operator = await Operator.make();
});
beforeEach(async () => {
  registry = await RegistryStandIn.start(operator.certificate);
  storage = await RegistryStandIn.start(operator.certificate);
  operator.trust(registry.host);
  addImage(registry, arm, '1.5.0');
});
afterEach(async () => {
  operator.logOut();
  await RegistryStandIn.stopAll();
});
afterAll(() => operator.remove());

const resolve = () => resolveImage(`${registry.host}/shop`, '1.5.0', operator.settings);

describe('redirects', () => {
  const toStorage = (status = 307) => {
    registry.intercept = ({ path }, answer) => {
      if (!path.includes('/blobs/')) return false;
      answer.writeHead(status, { location: `${storage.origin}${path}?signature=s3cret` }).end();
      return true;
    };
    for (const [key, blob] of registry.blobs) storage.blobs.set(key, blob);
  };

  it.each([301, 302, 303, 307, 308])('are followed (%s), without the login', async (status) => {
    registry.login = { kind: 'token', user: 'ann', password: 'secret' };
    operator.dockerLogin(registry.host, 'ann', 'secret');
    toStorage(status);
    expect((await resolve()).platforms).toEqual([arm]);
    expect(storage.received).toHaveLength(1);
    expect(storage.received[0]!.authorization).toBeUndefined();
    const asked = registry.received.filter(({ path }) => path.includes('/blobs/'));
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer token-1']); // so there was one to lose
  });

  it('within the registry keep the login', async () => {
    registry.login = { kind: 'basic', user: 'ann', password: 'secret' };
    operator.dockerLogin(registry.host, 'ann', 'secret');
    registry.intercept = ({ path }, answer) => {
      if (!path.includes('/v2/shop/blobs/')) return false;
      answer.writeHead(307, { location: path.replace('/shop/', '/storage/') }).end();
      return true;
    };
    expect((await resolve()).platforms).toEqual([arm]);
  });

  it('do not let another host ask for the login', async () => {
    operator.dockerLogin(registry.host, 'ann', 'secret');
    toStorage();
    storage.login = { kind: 'token' };
    await expect(resolve()).rejects.toThrow(`Asked ${storage.host}, where ${registry.host} sends us`);
    expect(storage.log).toHaveLength(1); // and none for a token
    expect([...registry.received, ...storage.received].filter((each) => each.authorization)).toEqual([]);
  });

  it('of the way to a token do not take the password along', async () => {
    registry.login = { kind: 'token', user: 'ann', password: 'secret' };
    operator.dockerLogin(registry.host, 'ann', 'secret');
    registry.intercept = ({ path }, answer) => {
      if (!path.startsWith('/token')) return false;
      answer.writeHead(307, { location: `${storage.origin}/token` }).end();
      return true;
    };
    await expect(resolve()).rejects.toThrow('docker login');
    expect(storage.received.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('of a POST with an identity token are not followed', async () => {
    registry.login = { kind: 'token', identityToken: 'refresh' };
    operator.dockerConfig({ auths: { [registry.host]: { identitytoken: 'refresh' } } });
    registry.intercept = ({ path }, answer) => {
      if (!path.startsWith('/token')) return false;
      answer.writeHead(307, { location: `${storage.origin}/token` }).end();
      return true;
    };
    await expect(resolve()).rejects.toThrow('HTTP status 307');
    expect(storage.received).toEqual([]);
  });

  it('to plain HTTP are refused', async () => {
    const plain = await RegistryStandIn.start();
    registry.intercept = (_, answer) => {
      answer.writeHead(307, { location: `${plain.origin}/x?signature=s3cret` }).end();
      return true;
    };
    const message = await messageOf(resolve());
    expect(message).toContain(`sends us on to ${plain.origin}, which is not https`);
    expect(message).not.toContain('s3cret');
    expect(plain.received).toEqual([]);
  });

  it('in a circle come to an end', async () => {
    registry.intercept = ({ path }, answer) => {
      answer.writeHead(302, { location: path }).end();
      return true;
    };
    await expect(resolve()).rejects.toThrow('more than 5 times');
  });
});
