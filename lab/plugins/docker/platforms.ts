import type Dockerode from 'dockerode';
import type { Bag, Json } from '../provider/json';
import { asBag, asList, asText } from './reading';

/**
 * Lets the registry complete a new service, as Docker's own client does: a tag gets its digest, and the placement the
 * platforms that the image is made for. Where the registry does not answer, the service stays as it is.
 *
 * @param api the daemon, which asks the registry
 * @param spec the service's spec
 */
export async function pinnedByRegistry(api: Dockerode, spec: Bag): Promise<Bag> {
  const task = asBag(spec['TaskTemplate']);
  const container = asBag(task['ContainerSpec']);
  const image = asText(container['Image']);
  let found: Bag;
  try {
    found = (await api.getImage(image).distribution()) as unknown as Bag;
  } catch {
    return spec;
  }
  const platforms: Json[] = asList(found['Platforms'])
    .map(asBag)
    .map(({ architecture, os }) => ({
      // 32-bit ARM has variants that nodes name differently: Docker's client leaves the architecture open there.
      Architecture: asText(architecture).toLowerCase() === 'arm' ? '' : asText(architecture),
      OS: asText(os),
    }));
  const digest = asText(asBag(found['Descriptor'])['digest']);
  return {
    ...spec,
    TaskTemplate: {
      ...task,
      ContainerSpec: {
        ...container,
        Image: image.includes('@') || digest === '' ? image : `${image}@${digest}`,
      },
      Placement: { ...asBag(task['Placement']), ...(platforms.length > 0 ? { Platforms: platforms } : {}) },
    },
  };
}
