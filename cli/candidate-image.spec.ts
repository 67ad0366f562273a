import type { NodeArch, ReleaseConfig } from '../config/site-config';
import type { Platform } from '../registry/platform';
import { Refusal } from '../release/refusal';
import { prerelease, setCanary } from '../release/transitions';
import { digestOf } from '../test/pointers';
import { author } from '../test/releases';
import { fiveNodes } from '../test/sites';
import { candidateImage } from './candidate-image';
import type { Project } from './project';

let asked: string[];
let platforms: Platform[];

jest.mock('../registry/resolve-image', () => ({
  resolveImage: (repository: string, tag: string) => {
    asked.push(`${repository}:${tag}`);
    return Promise.resolve({ digest: `sha256:${'f'.repeat(64)}`, mediaType: '', platforms });
  },
}));

/** On pi1 and pi2 (arm64) and on vps2 (amd64), by their labels. */
const shop = 'registry.example.com/shop';

describe('candidateImage', () => {
  beforeEach(() => {
    asked = [];
  });
  const site = fiveNodes();
  const current = setCanary(site.release, 'shop', 0, author);
  const project = {
    release: current,
    siteWith: (release: ReleaseConfig) => ({ ...site, release }),
  } as Project;
  const put = (digest: string) => prerelease(current, 'shop', { version: '1.6.0-rc.2', digest }, author);
  const resolve = (...architectures: (NodeArch | 'riscv64')[]) => {
    platforms = architectures.map((architecture) => ({ os: 'linux', architecture }));
    return candidateImage(project, 'shop', '1.6.0-rc.2', put);
  };

  it("is the digest of the image that has all architectures of the service's own nodes", async () => {
    expect(await resolve('amd64', 'arm64')).toBe(digestOf('f'));
    expect(asked).toEqual([`${shop}:1.6.0-rc.2`]);
  });

  it.each<[(NodeArch | 'riscv64')[], string]>([
    [
      ['arm64'],
      "can't run on vps2 (amd64): it is made for linux/arm64. Build it for amd64 too: docker buildx build --platform …",
    ],
    [
      ['amd64', 'arm'],
      "can't run on pi1 (arm64), pi2 (arm64): it is made for linux/amd64, linux/arm. Build it for arm64 too: docker buildx " +
        'build --platform …',
    ],
    [
      ['riscv64'],
      "can't run on pi1 (arm64), pi2 (arm64), vps2 (amd64): it is made for linux/riscv64. Build it for arm64 and amd64 too: " +
        'docker buildx build --platform …',
    ],
  ])('is refused when the image has only %j', async (architectures, words) => {
    const error: unknown = await resolve(...architectures).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Error).message).toBe(`${shop}:1.6.0-rc.2 ${words}`);
  });

  it('is not asked for where the release is refused whatever the image may be', async () => {
    const refuses = () => {
      throw new Refusal('shop is on hold');
    };
    await expect(candidateImage(project, 'shop', '1.6.0-rc.2', refuses)).rejects.toThrow('shop is on hold');
    expect(asked).toEqual([]);
  });
});
