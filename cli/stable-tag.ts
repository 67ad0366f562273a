import type { SiteConfig } from '../config/site-config';
import { checkTag, tagImage, TagTaken } from '../registry/tag-image';
import { Refusal } from '../release/refusal';
import { isOwnFault } from './report-error';

/** The tag that `release` gives an image, in the registry of one site or of several. */
export interface StableTag {
  service: string;
  /** The stable version, which is the tag. */
  version: string;
  digest: string;
  /** Without tag and digest, each once. */
  repositories: readonly string[];
}

/** The repositories from which sites have a service, each once. */
export function repositoriesOf(service: string, sites: readonly Pick<SiteConfig, 'services'>[]): string[] {
  return [...new Set(sites.map(({ services }) => services.find(({ name }) => name === service)!.repository))];
}

/**
 * The command that goes on with a release, wherever it ended: where the stack file says so already, it pushes the tag.
 *
 * @param options `stack`: where one was named; without it the command might be about all sites.
 */
export function againCommand(
  { service, version }: Pick<StableTag, 'service' | 'version'>,
  { stack, git }: { stack?: string; git?: boolean },
): string {
  return `evenkeel release ${service} ${version}${stack ? ` --stack ${stack}` : ''}${git ? ' --git' : ''}`;
}

/**
 * Looks for the tag in all its repositories, and writes nothing.
 * @returns those that lack it
 * @throws Refusal when it is another image's in one of them; Error when a registry does not answer, or lacks the image
 */
export async function lackingTag({ version, digest, repositories }: StableTag): Promise<string[]> {
  const found = await Promise.all(
    repositories.map(async (repository) => {
      try {
        return await checkTag(repository, digest, version);
      } catch (error) {
        if (error instanceof TagTaken)
          throw new Refusal(`${error.message} Nothing was changed.`, { cause: error });
        throw error;
      }
    }),
  );
  return repositories.filter((_, index) => found[index] === 'free');
}

/**
 * Pushes the tag, once the image is live: a tag is never moved, so one on an image that the gate refused would keep the
 * version from the next candidate.
 *
 * @param again the command that pushes it when it could not be pushed now.
 * @throws Error that says so
 */
export async function pushTag(tag: StableTag, again: string, log: (line: string) => void): Promise<void> {
  const { version, digest, repositories } = tag;
  for (const repository of repositories) {
    try {
      const made = await tagImage(repository, digest, version);
      log(`${repository}:${version} is ${digest} (${made})`);
    } catch (error) {
      if (!(error instanceof Error) || isOwnFault(error)) throw error;
      throw new Error(
        `${error.message}\nThe release itself is done: ${version} is live. Only the tag ${repository}:${version} could not be ` +
          `pushed. When the cause is mended, push it with: ${again}`,
        { cause: error },
      );
    }
  }
}

/** What `--config-only` leaves undone, and who does it. */
export function notPushed({ version, repositories }: StableTag, again: string): string {
  const tags = repositories.map((repository) => `${repository}:${version}`).join(' and ');
  return `${tags}: not pushed. When the edit is merged, this pushes it, after pulumi up or in its place: ${again}`;
}
