import type Docker from 'dockerode';
import { parsePointer, type Pointer } from '../release/pointer';
import { pointerLabel } from './entry-command';
import { edgeServiceName, findService } from './swarm-state';

/** The pointer of the label, as a manager has it; undefined before the first deploy. @throws Error when it has no leader. */
export async function readLabel(docker: Docker): Promise<Pointer | undefined> {
  const text = (await findService(docker, edgeServiceName))?.labels[pointerLabel];
  return text ? parsePointer(text) : undefined;
}
