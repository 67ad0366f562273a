import { Operator } from './operator.fixture';
import { RegistryStandIn } from './registry-stand-in';
import { addImage, addIndex, DOCKER_LIST } from './shop-image.fixture';
import { checkTag, tagImage, TagTaken } from './tag-image';

const arm = { os: 'linux', architecture: 'arm', variant: 'v7' };
const amd64 = { os: 'linux', architecture: 'amd64' };

let operator: Operator;
let registry: RegistryStandIn;
let shop: string;

beforeAll(async () => {
  operator = await Operator.make();
});
beforeEach(async () => {
  registry = await RegistryStandIn.start(operator.certificate);
  operator.trust(registry.host);
  shop = `${registry.host}/shop`;
});
afterEach(async () => {
  operator.logOut();
  await RegistryStandIn.stopAll();
});
afterAll(() => operator.remove());

const tag = (digest: string, name: string) => tagImage(shop, digest, name, operator.settings);
const puts = () => registry.log.filter((line) => line.startsWith('PUT'));

describe('checkTag', () => {
  const check = (digest: string, name: string) => checkTag(shop, digest, name, operator.settings);

  it('says whether a tag is free or the image has it, and writes nothing', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    expect(await check(digest, '1.5.0')).toBe('free');
    expect(await check(digest, '1.5.0-rc.1')).toBe('there already');
    expect(registry.log.filter((line) => !line.startsWith('GET'))).toEqual([]);
  });

  it('does not ask for the right to write', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    registry.login = { kind: 'token', user: 'ann', password: 'secret' };
    operator.dockerLogin(registry.host, 'ann', 'secret');
    registry.granted = () => ['repository:shop:pull'];
    expect(await check(digest, '1.5.0')).toBe('free');
  });

  it('throws what tagImage would: of a tag that is another image, and of an image that is not there', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    const other = addImage(registry, amd64, '1.5.0');
    const taken = await check(digest, '1.5.0').catch((error: unknown) => error);
    expect(taken).toBeInstanceOf(TagTaken);
    expect((taken as Error).message).toBe(
      `${shop}:1.5.0 is another image already: ${other}, not ${digest}. A published tag stays what it is: take another tag, ` +
        'or delete it in the registry.',
    );
    await expect(check(`sha256:${'a'.repeat(64)}`, '1.6.0')).rejects.toThrow('Push it first.');
    await expect(check('latest', '1.5.0')).rejects.toThrow('digest: "latest" is none.');
  });
});

describe('tagImage', () => {
  it('gives the very same bytes a second tag, with their media type', async () => {
    const members = [{ digest: addImage(registry, arm), platform: arm }];
    const digest = addIndex(registry, members, '1.5.0-rc.1', DOCKER_LIST);
    const before = registry.manifests.get(digest)!;
    expect(await tag(digest, '1.5.0')).toBe('made');
    expect(registry.tags.get('1.5.0')).toBe(digest);
    expect(registry.manifests.get(digest)).toEqual(before);
    expect(puts()).toEqual(['PUT /v2/shop/manifests/1.5.0']);
  });

  it('does nothing the second time', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    await tag(digest, '1.5.0');
    expect(await tag(digest, '1.5.0')).toBe('there already');
    expect(puts()).toHaveLength(1);
  });

  it('leaves a tag of another image alone', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    const other = addImage(registry, amd64, '1.5.0');
    await expect(tag(digest, '1.5.0')).rejects.toThrow(
      `${shop}:1.5.0 is another image already: ${other}, not ${digest}`,
    );
    expect(puts()).toEqual([]);
    expect(registry.tags.get('1.5.0')).toBe(other);
  });

  it('names an image that is not there', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    await expect(tag(digest, '1.5.0')).rejects.toThrow(
      `There is no image ${shop}@${digest} in its registry.`,
    );
    expect(puts()).toEqual([]);
  });

  it('finds out by reading back that somebody else was quicker', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    const other = addImage(registry, amd64);
    registry.intercept = ({ method }, answer) => {
      if (method !== 'PUT') return false;
      registry.tags.set('1.5.0', other);
      answer.writeHead(201).end();
      return true;
    };
    await expect(tag(digest, '1.5.0')).rejects.toThrow(`the registry now gives ${other}`);
  });

  it("passes on the registry's reason when it does not take the tag", async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    registry.intercept = ({ method }, answer) => {
      if (method !== 'PUT') return false;
      answer
        .writeHead(400)
        .end('{"errors":[{"code":"TAG_INVALID","message":"tags are\\u001b immutable\u001b[2J"}]}');
      return true;
    };
    await expect(tag(digest, '1.5.0')).rejects.toThrow(
      /for manifests\/1\.5\.0 of 127\.0\.0\.1:\d+\/shop; the answer was HTTP status 400, TAG_INVALID, tags are[ -~]*\.$/,
    );
  });

  it('writes nothing when the registry has other bytes under the digest', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    const other = addImage(registry, amd64);
    registry.intercept = ({ path }, answer) => {
      if (!path.endsWith(`/manifests/${digest}`)) return false;
      const { mediaType, bytes } = registry.manifests.get(other)!;
      answer.writeHead(200, { 'content-type': mediaType }).end(bytes); // without docker-content-digest
      return true;
    };
    await expect(tag(digest, '1.5.0')).rejects.toThrow(`but its content has ${other}`);
    expect(puts()).toEqual([]);
  });

  it('does not write to where the registry redirects it', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    const elsewhere = await RegistryStandIn.start(operator.certificate);
    registry.intercept = ({ method, path }, answer) => {
      if (method !== 'PUT') return false;
      answer.writeHead(307, { location: elsewhere.origin + path }).end();
      return true;
    };
    await expect(tag(digest, '1.5.0')).rejects.toThrow('the answer was HTTP status 307');
    expect(elsewhere.received).toEqual([]);
  });

  it('refuses what is no digest, and a tag that is none', async () => {
    await expect(tag('latest', '1.5.0')).rejects.toThrow('digest: "latest" is none.');
    await expect(tag(`sha256:${'a'.repeat(64)}`, '1.5.0+7')).rejects.toThrow('tag: "1.5.0+7"');
    expect(registry.received).toEqual([]);
  });

  it('asks once for a token, for pull and push, and says who may not push', async () => {
    const digest = addImage(registry, arm, '1.5.0-rc.1');
    registry.login = { kind: 'token', user: 'ann', password: 'secret' };
    operator.dockerLogin(registry.host, 'ann', 'secret');
    expect(await tag(digest, '1.5.0')).toBe('made');
    const tokens = registry.received.filter(({ path }) => path.startsWith('/token'));
    expect(tokens.map(({ path }) => new URL(path, registry.origin).searchParams.getAll('scope'))).toEqual([
      ['repository:shop:pull,push'],
    ]);

    registry.granted = () => ['repository:shop:pull'];
    await expect(tag(digest, '1.5.1')).rejects.toThrow(
      `The registry ${registry.host} does not let the account that Docker is logged in with write to shop ` +
        `(HTTP status 401, UNAUTHORIZED, authentication required). ` +
        `Log in with an account that may: \`docker login ${registry.host}\``,
    );
    expect(registry.tags.has('1.5.1')).toBe(false);
  });
});
