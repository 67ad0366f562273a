import type Docker from 'dockerode';
import type { ServiceConfig, SlotName } from '../config/site-config';
import { slotNames } from '../release/pointer';
import { slotServiceName } from './candidate';
import { findService, imageOf } from './swarm-state';

/** Which image each slot's Swarm service has, as its digest; undefined where there is no such service. */
export async function slotImages(
  services: readonly ServiceConfig[],
  docker: Docker,
): Promise<(service: string, slot: SlotName) => string | undefined> {
  const names = services.flatMap(({ name }) => slotNames.map((slot) => slotServiceName(name, slot)));
  const digests = await Promise.all(
    names.map(async (name) => [name, digestOf(await findService(docker, name))] as const),
  );
  const found = new Map(digests);
  return (service, slot) => found.get(slotServiceName(service, slot));
}

function digestOf(service: Awaited<ReturnType<typeof findService>>): string | undefined {
  return imageOf(service)?.split('@')[1];
}
