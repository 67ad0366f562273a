import { Operator } from './operator.fixture';
import { RegistryStandIn } from './registry-stand-in';
import { resolveImage } from './resolve-image';
import { addImage, addIndex, DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from './shop-image.fixture';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm = { os: 'linux', architecture: 'arm', variant: 'v7' };

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
afterEach(() => RegistryStandIn.stopAll());
afterAll(() => operator.remove());

const resolve = (tag: string) => resolveImage(shop, tag, operator.settings);

describe('resolveImage', () => {
  it.each([
    ['an OCI index', OCI_INDEX, OCI_IMAGE],
    ['a list of Docker schema 2', DOCKER_LIST, DOCKER_IMAGE],
  ])('takes the digest of %s, and its platforms', async (_, listType, imageType) => {
    const members = [amd64, arm].map((platform) => ({
      digest: addImage(registry, platform, undefined, imageType),
      platform,
    }));
    const digest = addIndex(registry, members, '1.5.0', listType);
    expect(await resolve('1.5.0')).toEqual({ digest, mediaType: listType, platforms: [amd64, arm] });
    expect(registry.log).toEqual(['GET /v2/shop/manifests/1.5.0']);
  });

  it.each([OCI_IMAGE, DOCKER_IMAGE])(
    'takes the digest of a single manifest (%s), and the platform of its config',
    async (mediaType) => {
      const digest = addImage(registry, arm, '1.5.0', mediaType);
      expect(await resolve('1.5.0')).toEqual({ digest, mediaType, platforms: [arm] });
    },
  );

  it('passes over attestations, and asks a member that does not say what it runs on', async () => {
    const members = [
      { digest: addImage(registry, amd64) },
      { digest: addImage(registry, arm), platform: { os: 'unknown', architecture: 'unknown' } },
      { digest: addImage(registry, { author: 'a signer, no image' }) },
      { digest: addImage(registry, arm), mediaType: 'application/vnd.example+json' },
    ];
    addIndex(registry, members, '1.5.0');
    expect((await resolve('1.5.0')).platforms).toEqual([amd64]);
  });

  it('names a missing tag, and the nearest ones', async () => {
    for (const tag of ['1.5.0-rc.1', '1.5.0-rc.12', '1.5.1-rc.3', 'latest', '2.0.0'])
      addImage(registry, arm, tag);
    await expect(resolve('1.5.0-rc.2')).rejects.toThrow(
      `There is no image ${shop}:1.5.0-rc.2 in its registry. ` +
        'The nearest tags there: 1.5.0-rc.1, 1.5.0-rc.12, 1.5.1-rc.3. Push it, or correct the tag.',
    );
  });

  it('names a missing tag also where the registry lists none', async () => {
    registry.intercept = ({ path }, answer) => {
      if (!path.endsWith('/tags/list')) return false;
      answer.writeHead(405).end();
      return true;
    };
    await expect(resolve('1.5.0')).rejects.toThrow(
      `There is no image ${shop}:1.5.0 in its registry. Push it, or correct the tag.`,
    );
  });

  it('refuses a manifest that does not have the digest that the registry says', async () => {
    const digest = addImage(registry, arm, '1.5.0');
    const said = `sha256:${'0'.repeat(64)}`;
    registry.intercept = ({ path }, answer) => {
      if (!path.includes('/manifests/')) return false;
      answer.writeHead(200, { 'content-type': OCI_IMAGE, 'docker-content-digest': said });
      answer.end(registry.manifests.get(digest)!.bytes);
      return true;
    };
    await expect(resolve('1.5.0')).rejects.toThrow(
      `gave ${shop}:1.5.0 with the digest ${said}, but its content has ${digest}`,
    );
  });

  it('takes the digest of the content where the registry says none', async () => {
    const digest = addImage(registry, arm, '1.5.0');
    registry.intercept = ({ path }, answer) => {
      if (!path.includes('/manifests/')) return false;
      const type = `${OCI_IMAGE}; charset=utf-8`;
      answer.writeHead(200, { 'content-type': type }).end(registry.manifests.get(digest)!.bytes);
      return true;
    };
    expect((await resolve('1.5.0')).digest).toBe(digest);
  });

  it('refuses a config that is not the one of the manifest', async () => {
    addImage(registry, arm, '1.5.0');
    for (const digest of registry.blobs.keys()) registry.blobs.set(digest, Buffer.from('{}'));
    await expect(resolve('1.5.0')).rejects.toThrow('changed the content');
  });

  it.each([
    ['what is no image', () => addImage(registry, { name: 'chart' }, '1.5.0'), 'has no os and architecture'],
    [
      'a manifest that is none',
      () => registry.addManifest(OCI_IMAGE, {}, '1.5.0'),
      "is not an image's manifest",
    ],
    ['an index that is none', () => registry.addManifest(OCI_INDEX, {}, '1.5.0'), 'is not a list of images'],
    [
      'the format of old',
      () => registry.addManifest('application/vnd.docker.distribution.manifest.v1+prettyjws', {}, '1.5.0'),
      'has the media type "application/vnd.docker.distribution.manifest.v1+prettyjws"',
    ],
  ])('refuses %s', async (_, add, words) => {
    add();
    await expect(resolve('1.5.0')).rejects.toThrow(words);
  });

  it.each(['1.5.0+build.7', '', '-x', 'a'.repeat(129), '../blobs/x'])(
    'refuses %j as a tag before it asks anybody',
    async (tag) => {
      await expect(resolve(tag)).rejects.toThrow("is not an image's tag");
      expect(registry.received).toEqual([]);
    },
  );
});
