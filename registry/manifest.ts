import { createHash } from 'node:crypto';
import type { RegistryClient } from './registry-client';

/** Media types of one image's manifest. */
export const IMAGE_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Media types of a list of images for several platforms. */
export const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** A manifest as the registry has it. */
export interface Manifest {
  bytes: Buffer;
  /** Of `bytes`: `sha256:` and 64 hex digits. */
  digest: string;
  /** One of `IMAGE_TYPES` or `INDEX_TYPES`. */
  mediaType: string;
}

/** The digest of some bytes, `sha256:…`. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Reads a manifest by tag, and takes it only when its bytes have the digest that the registry says.
 * @returns undefined when there is none
 * @throws Error when the bytes are not those of the digest, or it is no manifest of an image
 */
export function fetchByTag(client: RegistryClient, tag: string): Promise<Manifest | undefined> {
  return fetchManifest(client, tag, undefined);
}

/** As `fetchByTag`, by digest; the bytes must be that digest's. */
export function fetchByDigest(client: RegistryClient, digest: string): Promise<Manifest | undefined> {
  return fetchManifest(client, digest, digest);
}

async function fetchManifest(
  client: RegistryClient,
  reference: string,
  expected: string | undefined,
): Promise<Manifest | undefined> {
  const types = [...INDEX_TYPES, ...IMAGE_TYPES];
  const answer = await client.get(`manifests/${reference}`, { accept: types.join(', ') });
  if (!answer) return undefined;
  const { body: bytes, headers } = answer;
  const what = `${client.name}${expected ? '@' : ':'}${reference}`;
  const digest = digestOf(bytes);
  const header = headers['docker-content-digest'];
  for (const said of [expected, header]) {
    if (said !== undefined && said !== digest) {
      throw new Error(
        `The registry gave ${what} with the digest ${String(said)}, but its content has ${digest}. ` +
          'The registry, or something on the way to it, changed the content: do not use it; push the image again.',
      );
    }
  }
  const mediaType = (headers['content-type'] ?? '').split(';')[0]!.trim();
  if (!types.includes(mediaType)) {
    throw new Error(
      `${what} has the media type ${JSON.stringify(mediaType)}, which is no image's that Docker Swarm runs. ` +
        `Allowed: ${types.join(', ')}. Push the image with a Docker of today.`,
    );
  }
  return { bytes, digest, mediaType };
}
