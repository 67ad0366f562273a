import { isDigest } from '../config/image-reference';
import type { ClientSettings } from './client-settings';
import { fetchByDigest, fetchByTag } from './manifest';
import { RegistryClient } from './registry-client';
import { requireTag } from './tag';

/**
 * Gives an image in a registry one more tag: the very same bytes, so the same digest. A tag that exists is never moved;
 * a registry can't compare and write in one step, so two who make the same tag at once are found out by reading back.
 * @param repository without tag and digest: `registry.example.com/shop`
 * @param digest of the index or manifest, `sha256:…`
 * @returns `there already` when the tag is that image's; nothing is written then
 * @throws Error when the tag is another image's (also after writing), there is no such image, or the registry does not
 * let us write
 */
export async function tagImage(
  repository: string,
  digest: string,
  tag: string,
  settings: ClientSettings = {},
): Promise<'made' | 'there already'> {
  requireTag(tag);
  if (!isDigest(digest)) {
    throw new Error(
      `digest: ${JSON.stringify(digest)} is none. Allowed: sha256: and 64 hex digits in lower case.`,
    );
  }
  const client = new RegistryClient(repository, 'pull,push', settings);
  const present = await fetchByTag(client, tag);
  if (present?.digest === digest) return 'there already';
  if (present) {
    throw new Error(
      `${repository}:${tag} is another image already: ${present.digest}, not ${digest}. ` +
        'Nothing was changed: a published tag stays what it is. Take another tag, or delete it in the registry.',
    );
  }
  const manifest = await fetchByDigest(client, digest);
  if (!manifest) throw new Error(`There is no image ${repository}@${digest} in its registry. Push it first.`);
  await client.put(`manifests/${tag}`, manifest.mediaType, manifest.bytes);
  const written = await fetchByTag(client, tag);
  if (written?.digest === digest) return 'made';
  throw new Error(
    `${repository}:${tag} was written as ${digest}, but the registry now gives ` +
      `${written ? written.digest : 'nothing'} for it. Somebody else may have pushed that tag at the same time.`,
  );
}
