import type Docker from 'dockerode';
import { formatPointer, parsePointer, type Pointer } from '../release/pointer';
import { pointerLabel } from './entry-command';
import { edgeServiceName, findService, setServiceLabels } from './swarm-state';

/** How often the label is read and compared again when somebody else updates the service in between. */
const attempts = 5;

/**
 * Brings the label up to a pointer; one that is as new or newer stays.
 *
 * @returns the pointer that the label had before; undefined for an empty label.
 * @throws Error when the Swarm has no edges, or does not take it.
 */
export async function raiseLabel(docker: Docker, pointer: Pointer): Promise<Pointer | undefined> {
  for (let attempt = 1; ; attempt++) {
    const service = await findService(docker, edgeServiceName);
    if (!service) throw new Error('the Swarm has no edges');
    const text = service.labels[pointerLabel];
    const before = text ? parsePointer(text) : undefined;
    if (before && before.generation >= pointer.generation) return before;
    try {
      await setServiceLabels(docker, service, { [pointerLabel]: formatPointer(pointer) });
      return before;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
