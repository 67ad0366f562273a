import { isDigest } from '../config/image-reference';
import type { ClientSettings } from './client-settings';
import { fetchByDigest, fetchByTag, type Manifest } from './manifest';
import { RegistryClient } from './registry-client';
import { requireTag } from './tag';

/** The tag is another image's. Nothing was written. */
export class TagTaken extends Error {
  override readonly name = 'TagTaken';
}

/**
 * Looks whether an image in a registry can be given a tag, or has it. Needs no more rights than to pull, so whether the
 * registry lets us write shows only with `tagImage`.
 * @param repository without tag and digest: `registry.example.com/shop`
 * @param digest of the index or manifest, `sha256:…`
 * @throws TagTaken when the tag is another image's; Error when there is no such image, or the registry does not answer
 */
export async function checkTag(
  repository: string,
  digest: string,
  tag: string,
  settings: ClientSettings = {},
): Promise<'free' | 'there already'> {
  const found = await look(new RegistryClient(repository, 'pull', settings), digest, tag);
  return found === 'there already' ? found : 'free';
}

/**
 * Gives an image in a registry one more tag: the very same bytes, so the same digest. A tag that exists is never moved;
 * a registry can't compare and write in one step, so two who make the same tag at once are found out by reading back.
 * @param repository without tag and digest: `registry.example.com/shop`
 * @param digest of the index or manifest, `sha256:…`
 * @returns `there already` when the tag is that image's; nothing is written then
 * @throws TagTaken when the tag is another image's; Error when it is after writing, there is no such image, or the
 * registry does not let us write
 */
export async function tagImage(
  repository: string,
  digest: string,
  tag: string,
  settings: ClientSettings = {},
): Promise<'made' | 'there already'> {
  const client = new RegistryClient(repository, 'pull,push', settings);
  const manifest = await look(client, digest, tag);
  if (manifest === 'there already') return manifest;
  await client.put(`manifests/${tag}`, manifest.mediaType, manifest.bytes);
  const written = await fetchByTag(client, tag);
  if (written?.digest === digest) return 'made';
  throw new Error(
    `${repository}:${tag} was written as ${digest}, but the registry now gives ` +
      `${written ? written.digest : 'nothing'} for it. Somebody else may have pushed that tag at the same time.`,
  );
}

/** The manifest that is to get the tag, or that it has it already. */
async function look(
  client: RegistryClient,
  digest: string,
  tag: string,
): Promise<Manifest | 'there already'> {
  requireTag(tag);
  if (!isDigest(digest)) {
    throw new Error(
      `digest: ${JSON.stringify(digest)} is none. Allowed: sha256: and 64 hex digits in lower case.`,
    );
  }
  const present = await fetchByTag(client, tag);
  if (present?.digest === digest) return 'there already';
  if (present) {
    throw new TagTaken(
      `${client.name}:${tag} is another image already: ${present.digest}, not ${digest}. ` +
        'A published tag stays what it is: take another tag, or delete it in the registry.',
    );
  }
  const manifest = await fetchByDigest(client, digest);
  if (!manifest)
    throw new Error(`There is no image ${client.name}@${digest} in its registry. Push it first.`);
  return manifest;
}
