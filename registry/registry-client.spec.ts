import { digestOf } from './manifest';
import { messageOf } from './message-of.fixture';
import { Operator } from './operator.fixture';
import { basicOf, RegistryStandIn } from './registry-stand-in';
import { resolveImage } from './resolve-image';
import { addImage } from './shop-image.fixture';

const arm = { os: 'linux', architecture: 'arm', variant: 'v7' };

let operator: Operator;
let registry: RegistryStandIn;
/** Another host, as the storage behind a registry. */
let storage: RegistryStandIn;
let digest: string;

beforeAll(async () => {
  operator = await Operator.make();
});
beforeEach(async () => {
  registry = await RegistryStandIn.start(operator.certificate);
  storage = await RegistryStandIn.start(operator.certificate);
  operator.trust(registry.host);
  digest = addImage(registry, arm, '1.5.0');
});
afterEach(async () => {
  operator.logOut();
  await RegistryStandIn.stopAll();
});
afterAll(() => operator.remove());

const resolve = () => resolveImage(`${registry.host}/shop`, '1.5.0', operator.settings);
const tokens = () => registry.received.filter(({ path }) => path.startsWith('/token'));
const query = (path: string) => Object.fromEntries(new URL(path, registry.origin).searchParams);

describe('login', () => {
  it('by Basic', async () => {
    registry.login = { kind: 'basic', user: 'ann', password: 'sécret' };
    operator.dockerLogin(registry.host, 'ann', 'sécret');
    expect((await resolve()).digest).toBe(digest);
  });

  it('by a token without a login, where nobody needs one', async () => {
    registry.login = { kind: 'token' };
    expect((await resolve()).digest).toBe(digest);
    expect(tokens().map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('by a token for a password', async () => {
    registry.login = { kind: 'token', user: 'ann', password: 'secret' };
    operator.dockerLogin(registry.host, 'ann', 'secret');
    expect((await resolve()).digest).toBe(digest);
    expect(tokens()).toHaveLength(1);
    const { path, authorization } = tokens()[0]!;
    expect(authorization).toBe(basicOf('ann', 'secret'));
    expect(query(path)).toEqual({
      service: 'stand-in',
      scope: 'repository:shop:pull',
      client_id: 'evenkeel',
      account: 'ann',
    });
  });

  it('by a token for an identity token, which a credential helper has', async () => {
    registry.login = { kind: 'token', identityToken: 'refresh me/&=' };
    operator.credentialHelper('test', `echo '{"Username":"<token>","Secret":"refresh me/&="}'`);
    operator.dockerConfig({ credHelpers: { [registry.host]: 'test' } });
    expect((await resolve()).digest).toBe(digest);
    expect(tokens().map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /token']);
    expect(Object.fromEntries(new URLSearchParams(tokens()[0]!.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh me/&=',
      client_id: 'evenkeel',
      service: 'stand-in',
      scope: 'repository:shop:pull',
    });
  });

  it('anew when a token is no longer good', async () => {
    registry.login = { kind: 'token' };
    let expired = false;
    registry.intercept = ({ path }, answer) => {
      if (expired || !path.includes('/blobs/')) return false;
      expired = true;
      const challenge = `Bearer realm="${registry.origin}/token",error="invalid_token"`;
      answer.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    };
    expect((await resolve()).digest).toBe(digest);
    expect(tokens()).toHaveLength(2);
  });

  it.each([
    ['basic', { kind: 'basic', user: 'ann', password: 'secret' }],
    ['token', { kind: 'token', user: 'ann', password: 'secret' }],
  ] as const)('says what to do without one (%s)', async (_, login) => {
    registry.login = login;
    await expect(resolve()).rejects.toThrow(
      `The registry ${registry.host} does not let anybody read shop without a login, and Docker has none for it here (HTTP`,
    );
    await expect(resolve()).rejects.toThrow(`\`docker login ${registry.host}\``);
  });

  it.each([
    ['basic', { kind: 'basic', user: 'ann', password: 'right' }],
    ['token', { kind: 'token', user: 'ann', password: 'right' }],
    ['identity token', { kind: 'token', identityToken: 'right' }],
  ] as const)('says what to do with a wrong one, and does not repeat it (%s)', async (kind, login) => {
    registry.login = login;
    operator.dockerLogin(registry.host, 'ann', 'wr0ng-secret');
    if (kind === 'identity token') {
      operator.dockerConfig({ auths: { [registry.host]: { identitytoken: 'wr0ng-secret' } } });
    }
    const message = await messageOf(resolve());
    expect(message).toContain('does not let the account that Docker is logged in with read shop');
    expect(message).toContain(`\`docker login ${registry.host}\``);
    expect(message).not.toContain('wr0ng');
    expect(message).not.toContain(basicOf('ann', 'wr0ng-secret').slice(6));
  });

  it('says what to do when it is not enough (403)', async () => {
    registry.intercept = (_, answer) => {
      answer.writeHead(403).end('{"errors":[{"code":"DENIED","message":"not for you"}]}');
      return true;
    };
    await expect(resolve()).rejects.toThrow(
      /read shop without a login, and does not say how to log in \(HTTP status 403, DENIED, not for you\).*`docker login 127/,
    );
  });

  it('never goes to a realm over plain HTTP', async () => {
    const plain = await RegistryStandIn.start();
    operator.dockerLogin(registry.host, 'ann', 'secret');
    registry.login = { kind: 'token', user: 'ann', password: 'secret', realm: `${plain.origin}/token` };
    await expect(resolve()).rejects.toThrow(
      `sends us for a token to ${plain.origin}: it must be an https URL`,
    );
    expect(plain.received).toEqual([]);
  });
});

describe('content', () => {
  it('of more than 4 MiB is not read to its end', async () => {
    registry.intercept = ({ path }, answer) => {
      if (!path.includes('/manifests/')) return false;
      answer.writeHead(200).end(Buffer.alloc(5 * 1024 * 1024));
      return true;
    };
    await expect(resolve()).rejects.toThrow('its answer is longer than 4194304 bytes');
  });

  it('is not taken from another place when the storage has something else', async () => {
    const [blob] = registry.blobs.keys() as unknown as [string];
    registry.intercept = ({ path }, answer) => {
      if (!path.includes('/blobs/')) return false;
      answer.writeHead(307, { location: storage.origin + path }).end();
      return true;
    };
    const other = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64' }));
    storage.blobs.set(blob, other);
    await expect(resolve()).rejects.toThrow(digestOf(other));
  });
});
