import type { ResourceValidationPolicy } from '@pulumi/policy';
import type { DockerServiceProps } from './shared/docker-service-props';
import { resourceTypes } from './shared/resource-types';

/**
 * Every service's image is `repository:tag@sha256:<64 hex digits>`. The docker plugin keeps the digest in the state, so
 * an image given by tag alone is a change on every `pulumi up`, and the tag may point at something else by then.
 */
export const digestPinnedImages: ResourceValidationPolicy = {
  name: 'digest-pinned-images',
  description: "Every service's image is given by tag and digest.",
  validateResource(args, reportViolation) {
    if (args.type !== resourceTypes.dockerService) return;
    const image = (args.props as DockerServiceProps).taskSpec?.containerSpec?.image;
    const fault = faultOf(image);
    if (fault === undefined) return;
    reportViolation(
      `${args.name}: taskSpec.containerSpec.image is ${JSON.stringify(image)}: ${fault}. ` +
        'Allowed: repository:tag@sha256:<64 hex digits>. ' +
        'For a slot, "evenkeel prerelease SERVICE VERSION" writes the digest into evenkeel:release; ' +
        'for the edge, write it behind the tag in evenkeel:edge.image.',
    );
  },
};

// The grammar of image references: github.com/distribution/reference, reference.go.
const path = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const host = '(?:[A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:]+\\])(?::[0-9]+)?';
const repository = new RegExp(`^(?:${host}/)?${path}(?:/${path})*$`);
const tag = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digest = /^sha256:[0-9a-f]{64}$/;

/** What is wrong with `image`; undefined when nothing is. */
function faultOf(image: string | undefined): string | undefined {
  if (!image) return 'there is none';
  const [name = '', imageDigest, ...more] = image.split('@');
  if (imageDigest === undefined) return 'it has no digest';
  if (more.length > 0 || !digest.test(imageDigest)) return 'what follows the @ is no sha256 digest';
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  if (colon < 0) return 'it has no tag';
  if (!tag.test(name.slice(colon + 1))) return 'its tag is malformed';
  if (!repository.test(name.slice(0, colon))) return 'its repository is malformed';
  return undefined;
}
