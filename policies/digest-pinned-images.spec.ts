import { digestPinnedImages } from './digest-pinned-images';
import type { DeclaredResource } from './testing/declared-resource';
import { unknown } from './testing/unknown';
import { violationsOf } from './testing/violations-of';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('digestPinnedImages', () => {
  it.each([
    ['a name of the default registry', `haproxy:3.0.5@${digest}`],
    ['a registry with a path', `registry.example.com/club/shop:1.5.0-rc.1@${digest}`],
    ['a registry with a port', `127.0.0.1:5000/shop:1.4.2@${digest}`],
    ['a registry at an IPv6 address', `[fd00::1]:5000/shop:1.4.2@${digest}`],
    ['separators in a path', `my-org/web__shop.v2:1_0@${digest}`],
  ])('accepts %s', async (_, image) => {
    expect(await violationsOf(digestPinnedImages, [service(image)])).toEqual([]);
  });

  it.each([
    ['a bare name', 'shop', 'it has no digest'],
    ['a bare tag', 'registry.example.com/shop:1.4.2', 'it has no digest'],
    ['a digest without a tag', `registry.example.com/shop@${digest}`, 'it has no tag'],
    ['a port taken for a tag', `127.0.0.1:5000/shop@${digest}`, 'it has no tag'],
    [
      'a digest that is too short',
      `shop:1.4.2@${digest.slice(0, -1)}`,
      'what follows the @ is no sha256 digest',
    ],
    ['a digest that is too long', `shop:1.4.2@${digest}0`, 'what follows the @ is no sha256 digest'],
    ['a digest in capitals', `shop:1.4.2@${digest.toUpperCase()}`, 'what follows the @ is no sha256 digest'],
    [
      'a digest of another kind',
      `shop:1.4.2@sha512:${'a'.repeat(64)}`,
      'what follows the @ is no sha256 digest',
    ],
    ['two digests', `shop:1.4.2@${digest}@${digest}`, 'what follows the @ is no sha256 digest'],
    ['a line break behind the digest', `shop:1.4.2@${digest}\n`, 'what follows the @ is no sha256 digest'],
    ['an empty tag', `shop:@${digest}`, 'its tag is malformed'],
    ['a tag with a character that no tag has', `shop:1.4+2@${digest}`, 'its tag is malformed'],
    [
      'capitals in the repository',
      `registry.example.com/Shop:1.4.2@${digest}`,
      'its repository is malformed',
    ],
    ['no repository', `:1.4.2@${digest}`, 'its repository is malformed'],
    ['a scheme', `https://registry.example.com/shop:1.4.2@${digest}`, 'its repository is malformed'],
    ['nothing', '', 'there is none'],
  ])('refuses %s', async (_, image, fault) => {
    expect(await violationsOf(digestPinnedImages, [service(image)])).toEqual([
      {
        resource: 'shop-green',
        message:
          `shop-green: taskSpec.containerSpec.image is ${JSON.stringify(image)}: ${fault}. ` +
          'Allowed: repository:tag@sha256:<64 hex digits>. ' +
          'For a slot, "evenkeel prerelease SERVICE VERSION" writes the digest into evenkeel:release; ' +
          'for the edge, write it behind the tag in evenkeel:edge.image.',
      },
    ]);
  });

  it('refuses a service without a container', async () => {
    const [violation] = await violationsOf(digestPinnedImages, [{ ...service(''), inputs: {} }]);
    expect(violation?.message).toContain(
      'shop-green: taskSpec.containerSpec.image is undefined: there is none.',
    );
  });

  it('judges docker services only', async () => {
    expect(
      await violationsOf(digestPinnedImages, [{ ...service('shop'), type: 'docker:index/secret:Secret' }]),
    ).toEqual([]);
  });

  it('passes no judgement in a preview on an image that is not known yet', async () => {
    await expect(violationsOf(digestPinnedImages, [service(unknown)])).rejects.toThrow(
      "string value at .taskSpec.containerSpec.image can't be known during preview",
    );
  });
});

function service(image: string): DeclaredResource {
  return {
    type: 'docker:index/service:Service',
    name: 'shop-green',
    inputs: { taskSpec: { containerSpec: { image } } },
  };
}
