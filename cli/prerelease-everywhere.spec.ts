import { Refusal } from '../release/refusal';
import { config, onlyLive } from '../test/release-examples';
import { prereleaseEverywhere } from './prerelease-everywhere';
import type { WaveSite } from './site-views';

/** By site: what its registry has under the version, or why it may not have it. */
let images: Record<string, string | Error>;

jest.mock('./candidate-image', () => ({
  candidateImage: ({ stack }: { stack: string }) => {
    const image = images[stack]!;
    return typeof image === 'string' ? Promise.resolve(image) : Promise.reject(image);
  },
}));

describe('prereleaseEverywhere', () => {
  const sites = ['fra', 'home'].map(
    (site) =>
      ({ site, stack: site, project: { stack: site, release: config({ shop: onlyLive }) } }) as WaveSite,
  );
  const plan = (force?: boolean) => prereleaseEverywhere(sites, 'shop', '1.5.0-rc.1', force);
  const failure = () => plan().catch((error: unknown) => error as Error) as Promise<Error>;

  it('gives all sites one image', async () => {
    images = { fra: 'sha256:aa', home: 'sha256:aa' };
    expect(await plan()).toEqual({ did: 'prerelease', version: '1.5.0-rc.1', digest: 'sha256:aa' });
    expect(await plan(true)).toMatchObject({ force: true });
  });

  it('is refused when a site would get another image than the first one, with what each has', async () => {
    images = { fra: 'sha256:aa', home: 'sha256:bb' };
    const error = await failure();
    expect(error).toBeInstanceOf(Refusal);
    expect(error.message).toBe(
      '1.5.0-rc.1 is not the same image at all sites:\n' +
        '  fra: sha256:aa\n' +
        '  home: sha256:bb\n' +
        "Push the image that was tested to each site's repository under this version, then run the command again.",
    );
  });

  it('is refused in the words of a site that can not have the image, under its name', async () => {
    images = { fra: 'sha256:aa', home: new Refusal("can't run on pi1 (arm64)") };
    expect(await failure()).toEqual(new Refusal("home: can't run on pi1 (arm64)"));
    expect(await failure()).toBeInstanceOf(Refusal);
  });

  it('passes on what is no refusal as it is', async () => {
    images = { fra: 'sha256:aa', home: new Error('The registry does not answer.') };
    expect(await failure()).toBe(images['home']);
  });
});
