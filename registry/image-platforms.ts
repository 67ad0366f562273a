import { z } from 'zod';
import { isDigest } from '../config/image-reference';
import { digestOf, fetchByDigest, IMAGE_TYPES, INDEX_TYPES, type Manifest } from './manifest';
import { parseJson } from './parse-json';
import type { Platform } from './platform';
import type { RegistryClient } from './registry-client';

const digest = z.string().refine(isDigest);
const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
const indexSchema = z.object({
  manifests: z.array(z.object({ mediaType: z.string(), digest, platform: platformSchema.optional() })),
});
const imageSchema = z.object({ config: z.object({ digest }) });

/** Under which builders file what is no image, such as attestations (docs.docker.com/build/metadata/attestations/attestation-storage). */
const NO_PLATFORM = 'unknown';

/**
 * What an image runs on: of an index what it lists, of a single manifest what its config says. A member of an index that
 * says nothing of its platform is asked itself (the OCI specification makes `platform` optional).
 * @returns in the order of the index; without what is no image, such as attestations and signatures
 * @throws Error when the manifest or config is not what its media type promises
 */
export async function imagePlatforms(client: RegistryClient, manifest: Manifest): Promise<Platform[]> {
  if (!INDEX_TYPES.includes(manifest.mediaType)) {
    const platform = await configPlatform(client, manifest);
    if (platform) return [platform];
    throw malformed(client, manifest.digest, 'a container image: its config has no os and architecture');
  }
  const index = parseJson(manifest.bytes.toString('utf8'), indexSchema);
  if (!index) throw malformed(client, manifest.digest, 'a list of images');
  const platforms: Platform[] = [];
  for (const member of index.manifests) {
    const platform = member.platform ?? (await memberPlatform(client, member));
    if (platform && platform.os !== NO_PLATFORM) platforms.push(platform);
  }
  return platforms;
}

async function memberPlatform(
  client: RegistryClient,
  member: { mediaType: string; digest: string },
): Promise<Platform | undefined> {
  if (!IMAGE_TYPES.includes(member.mediaType)) return undefined;
  const image = await fetchByDigest(client, member.digest);
  if (!image) throw missing(client, member.digest);
  return configPlatform(client, image);
}

/** Undefined when the config is of something else than a container image. */
async function configPlatform(client: RegistryClient, manifest: Manifest): Promise<Platform | undefined> {
  const image = parseJson(manifest.bytes.toString('utf8'), imageSchema);
  if (!image) throw malformed(client, manifest.digest, "an image's manifest");
  const blob = await client.get(`blobs/${image.config.digest}`);
  if (!blob) throw missing(client, image.config.digest);
  const actual = digestOf(blob.body);
  if (actual !== image.config.digest) {
    throw new Error(
      `The registry gave the config ${image.config.digest} of ${client.name} with the digest ${actual}. ` +
        'The registry, or something on the way to it, changed the content: do not use it; push the image again.',
    );
  }
  return parseJson(blob.body.toString('utf8'), platformSchema);
}

function malformed(client: RegistryClient, digest: string, what: string): Error {
  return new Error(`${client.name}@${digest} is not ${what}. Build and push the image again.`);
}

function missing(client: RegistryClient, digest: string): Error {
  return new Error(
    `${client.name} refers to ${digest}, which its registry does not have. Push the image again.`,
  );
}
