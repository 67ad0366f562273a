import { entryOf } from '../release/candidate-of';
import { Refusal } from '../release/refusal';
import { prerelease } from '../release/transitions';
import type { WaveAct } from '../waves/wave-act';
import { author } from './author';
import { candidateImage } from './candidate-image';
import type { WaveSite } from './site-views';

/**
 * A prerelease at several sites: the image is looked up for each of them, in its own repository and for its own machines,
 * before the first one is touched.
 *
 * @throws Refusal when the sites would get different images, or one of them can't run it
 */
export async function prereleaseEverywhere(
  sites: readonly WaveSite[],
  service: string,
  version: string,
  force?: boolean,
): Promise<WaveAct> {
  const digests = await Promise.all(
    sites.map(async ({ site, project }) => {
      const { release } = project;
      const isNew = entryOf(release.services, service) === undefined;
      // What a stack file must not do is the plan's to say: a site may have the version already.
      const put = (digest: string) =>
        isNew ? prerelease(release, service, { version, digest }, author(), force) : release;
      try {
        return await candidateImage(project, service, version, put);
      } catch (error) {
        if (error instanceof Refusal) throw new Refusal(`${site}: ${error.message}`, { cause: error });
        throw error;
      }
    }),
  );
  const [digest] = digests;
  if (digests.some((each) => each !== digest))
    throw new Refusal(
      `${version} is not the same image at all sites:\n` +
        sites.map(({ site }, index) => `  ${site}: ${digests[index]}`).join('\n') +
        `\nPush the image that was tested to each site's repository under this version, then run the command again.`,
    );
  return { did: 'prerelease', version, digest: digest!, ...(force && { force }) };
}
