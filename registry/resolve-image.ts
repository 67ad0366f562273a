import type { ClientSettings } from './client-settings';
import { imagePlatforms } from './image-platforms';
import { fetchByTag } from './manifest';
import { nearestTags } from './nearest-tags';
import type { Platform } from './platform';
import { RegistryClient } from './registry-client';
import { requireTag } from './tag';

/** What a tag stands for at this moment. */
export interface ResolvedImage {
  /** Of the index when the tag is one, so that it is right on every node; otherwise of the manifest. */
  digest: string;
  /** Media type of what the digest is of. */
  mediaType: string;
  /** What it runs on. */
  platforms: Platform[];
}

/**
 * Asks the registry for the image of a tag. Logs in with what `docker login` left.
 * @param repository without tag and digest: `registry.example.com/shop`
 * @throws Error when there is no such tag (with the nearest ones), the registry does not let us in or does not answer, or
 * what it gives is no image or does not have the digest that it says
 */
export async function resolveImage(
  repository: string,
  tag: string,
  settings: ClientSettings = {},
): Promise<ResolvedImage> {
  requireTag(tag);
  const client = new RegistryClient(repository, 'pull', settings);
  const manifest = await fetchByTag(client, tag);
  if (!manifest) {
    const near = await nearestTags(client, tag);
    const hint = near.length > 0 ? ` The nearest tags there: ${near.join(', ')}.` : '';
    throw new Error(
      `There is no image ${repository}:${tag} in its registry.${hint} Push it, or correct the tag.`,
    );
  }
  const { digest, mediaType } = manifest;
  return { digest, mediaType, platforms: await imagePlatforms(client, manifest) };
}
