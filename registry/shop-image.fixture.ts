import type { Platform } from './platform';
import type { RegistryStandIn } from './registry-stand-in';

/** For specs: media types as registries give them. */
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';

/** Puts an image for one platform into a registry; returns its manifest's digest. */
export function addImage(
  registry: RegistryStandIn,
  platform: Platform | object,
  tag?: string,
  mediaType = OCI_IMAGE,
): string {
  const digest = registry.addBlob({ ...platform, rootfs: { type: 'layers', diff_ids: [] } });
  return registry.addManifest(
    mediaType,
    { schemaVersion: 2, mediaType, config: { digest }, layers: [] },
    tag,
  );
}

/** Puts an index of images into a registry; returns its digest. */
export function addIndex(
  registry: RegistryStandIn,
  members: readonly { digest: string; platform?: Platform; mediaType?: string }[],
  tag: string,
  mediaType = OCI_INDEX,
): string {
  const member = mediaType === OCI_INDEX ? OCI_IMAGE : DOCKER_IMAGE;
  const manifests = members.map((each) => ({ mediaType: member, ...each }));
  return registry.addManifest(mediaType, { schemaVersion: 2, mediaType, manifests }, tag);
}
