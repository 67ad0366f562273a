import { join } from 'node:path';
import type { Lab } from '../lab';
import { hostAddress } from '../subnet';
import { startCloudflare, type Cloudflare, type CloudflareOptions } from './start-cloudflare';

/**
 * Starts a stand-in of Cloudflare's API that this machine and the lab's machines reach: in this process, at this
 * machine's own address in the lab's network. What it keeps is in the lab's directory, and gone with the lab.
 */
export function startLabCloudflare(
  lab: Pick<Lab, 'subnet' | 'directory'>,
  options: CloudflareOptions = {},
): Promise<Cloudflare> {
  const stateFile = join(lab.directory, 'cloudflare.json');
  return startCloudflare({ host: hostAddress(lab.subnet, 1), stateFile, ...options });
}
