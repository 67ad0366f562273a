import { createHash } from 'node:crypto';
import type * as pulumi from '@pulumi/pulumi';
import type { SiteConfig } from '../config/site-config';
import { meshSite } from '../machine/mesh-conf';
import { cliCommand } from './command';

/**
 * The step that joins the nodes of a site by WireGuard, before they join the Swarm; undefined without `evenkeel:mesh`.
 *
 * One for all nodes, since each has to know the others' keys, and a node that is dead must not hold them up. Keys are in
 * no input and no state: what there is on the nodes is read at each start of the program.
 *
 * @param drift in which ways the mesh is not as it should be; the step runs again for it.
 */
export function meshCommand(
  config: Pick<SiteConfig, 'mesh' | 'nodes'>,
  drift: readonly string[],
  options: pulumi.CustomResourceOptions,
): pulumi.Resource | undefined {
  const site = meshSite(config);
  if (!site) return undefined;
  const hash =
    drift.length === 0 ? '' : createHash('sha256').update(drift.join('\n')).digest('hex').slice(0, 16);
  return cliCommand(
    'mesh',
    'machine mesh',
    { EVENKEEL_MESH: JSON.stringify(site), EVENKEEL_DRIFT: hash },
    // An empty drift is no news: the input stays what it was, so that a run after a healing is quiet.
    { ...options, ignoreChanges: drift.length === 0 ? ['environment.EVENKEEL_DRIFT'] : [] },
  );
}
