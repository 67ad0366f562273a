import type { ReleaseConfig } from '../config/site-config';
import { serviceNodes } from '../edge/haproxy-cfg';
import { missingArchitectures } from '../registry/missing-architectures';
import { resolveImage } from '../registry/resolve-image';
import { candidateOf } from '../release/candidate-of';
import { Refusal } from '../release/refusal';
import type { Project } from './project';

/** Stands for a digest that is not known yet: no image has it. */
const unknownDigest = `sha256:${'0'.repeat(64)}`;

/**
 * The digest of a version's image, that of the whole manifest list. What is refused whatever the image may be, and every
 * mistake of the stack file, is said before the registry is asked.
 *
 * @param put the next release with this version under a digest. @throws Refusal
 * @throws Refusal when the image lacks the architecture of one of the service's nodes
 */
export async function candidateImage(
  project: Project,
  name: string,
  version: string,
  put: (digest: string) => ReleaseConfig,
): Promise<string> {
  const current = project.release.services[name];
  const candidate = current && candidateOf(current);
  const trial = put(candidate?.version === version ? candidate.digest : unknownDigest);
  const site = project.siteWith(trial);
  const service = site.services.find((each) => each.name === name)!;
  const image = await resolveImage(service.repository, version);
  const nodes = serviceNodes(site, service);
  const missing = missingArchitectures(
    image.platforms,
    nodes.map(({ arch }) => arch),
  );
  if (missing.length > 0) {
    const without = nodes
      .filter(({ arch }) => missing.includes(arch))
      .map((node) => `${node.name} (${node.arch})`);
    const has = image.platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(', ');
    throw new Refusal(
      `${service.repository}:${version} can't run on ${without.join(', ')}: it is made for ${has}. Build it for ` +
        `${missing.join(' and ')} too: docker buildx build --platform …`,
    );
  }
  return image.digest;
}
