import type { Command } from 'commander';
import { SiteContact } from '../edge/site-contact';
import { bringUpMesh } from '../machine/bring-up-mesh';
import { meshSite } from '../machine/mesh-conf';
import { Refusal } from '../release/refusal';
import { outputOf } from './change-release';
import { openProject } from './project';
import { stackCommand, type StackOptions } from './stack-options';

/**
 * `evenkeel mesh`: what `pulumi up` does for the mesh, without Pulumi and without the Swarm: where most nodes have lost the
 * mesh there is no quorum, and `pulumi up` can do nothing.
 */
export function meshCommand(): Command {
  return stackCommand(
    'mesh',
    'Put the mesh of the nodes right, over SSH: keys, peers, and a look whether all reach each other',
    ['mesh'],
  )
    .option('--json', 'print the result as JSON on standard output, and the progress on standard error')
    .action(async (options: StackOptions & { json?: boolean }) => {
      const { log, done } = outputOf(options);
      const project = await openProject(options);
      const site = meshSite(project.siteWith(project.release));
      if (!site)
        throw new Refusal('This site has no mesh (evenkeel:mesh, docs/mesh.md). Nothing was changed.');
      const contact = new SiteContact(site.nodes);
      try {
        await bringUpMesh(site, contact, log);
        done({ stack: project.stack, did: 'mesh', applied: true }, []);
      } finally {
        contact.close();
      }
    });
}
